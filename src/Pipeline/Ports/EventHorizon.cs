using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>
/// How far past the clock an event time may lie and still move the watermark. An event beyond is folded like any other, for no projection looks at a
/// clock; but one date in the year 9999, by which shops say "never", must not move every window to where nothing is. Both hosts have this one rule.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="ahead">How far past it; null for as far as event time goes.</param>
public sealed class EventHorizon(TimeProvider clock, TimeSpan? ahead)
{
    /// <summary>The environment variable that says how many days past the clock an event time counts; <c>any</c> counts all.</summary>
    public const string Variable = "EIP_MAX_AHEAD_DAYS";

    private const int UsualDays = 1;

    /// <summary>As <see cref="Variable"/> says, and a day where it says nothing.</summary>
    /// <param name="clock">The clock.</param>
    /// <exception cref="SettingException">It says something else.</exception>
    public EventHorizon(TimeProvider clock)
        : this(clock, Parse(Environment.GetEnvironmentVariable(Variable)))
    {
    }

    /// <summary>The greatest event time that counts now.</summary>
    public EventTime Latest
    {
        get
        {
            if (ahead is not { } span)
                return EventTime.MaxValue;
            long latest = clock.GetUtcNow().ToUnixTimeSeconds() + (long)span.TotalSeconds;
            return new EventTime(Math.Min(latest, EventTime.MaxValue.UnixSeconds));
        }
    }

    /// <summary>A time that counts now, as it is; null for one that does not, or for none.</summary>
    public EventTime? Counted(EventTime? time) => time <= Latest ? time : null;

    /// <summary>Reads a number of days, or <c>any</c> for no bound (null); a day for nothing.</summary>
    /// <exception cref="SettingException">The text says something else.</exception>
    public static TimeSpan? Parse(string? text) => text switch
    {
        null or "" => TimeSpan.FromDays(UsualDays),
        "any" => null,
        _ when int.TryParse(text, out int days) && days is >= 0 and <= 3_660_000 => TimeSpan.FromDays(days),
        _ => throw new SettingException($"{Variable} is '{text}'; a whole number of days, or any, is needed."),
    };

    /// <summary>What people are told about a time that does not count.</summary>
    public static string Hint(EventTime ahead) =>
        $"An event of {ahead} lies too far past the clock: it is folded like any other, but moves neither the watermark nor what 'the last days' are. "
        + $"{Variable} says how many days past the clock count.";
}

/// <summary>A setting of the environment cannot be read.</summary>
/// <param name="message">Names the setting, what it says, and what it may say.</param>
public sealed class SettingException(string message) : InvalidOperationException(message);
