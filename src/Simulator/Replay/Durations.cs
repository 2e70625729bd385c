using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Eip.Simulator.Replay;

/// <summary>Durations as people type them: <c>90s</c>, <c>2h</c>, <c>3d</c>, <c>1d12h</c>, <c>250ms</c>.</summary>
public static class Durations
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration that is not negative: whole or decimal numbers with the units ms, s, m, h, d or w, the greater units first.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        double ticks = 0, lastUnit = double.PositiveInfinity;
        text = text.Trim();
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            text = text[digits..];
            int letters = text.IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? text : text[..letters];
            if (TicksOf(unit) is not { } unitTicks || unitTicks >= lastUnit)
                return false;
            ticks += number * unitTicks;
            lastUnit = unitTicks;
            text = text[unit.Length..];
        }

        if (ticks > TimeSpan.MaxValue.Ticks / 2.0)
            return false;
        duration = TimeSpan.FromTicks((long)Math.Round(ticks));
        return true;
    }

    /// <summary>A duration in the form that <see cref="TryParse"/> reads, rounded to what a reader cares about.</summary>
    [SuppressMessage("Style", "IDE0072", Justification = "The last arm takes all the rest.")]
    public static string Format(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "-" + Format(duration.Negate()),
        { TotalMilliseconds: < 1 } => "0s",
        { TotalSeconds: < 1 } => $"{duration.TotalMilliseconds:0}ms",
        { TotalMinutes: < 1 } => Invariant($"{duration.TotalSeconds:0.#}s"),
        { TotalHours: < 1 } => duration.Seconds == 0 ? $"{duration.Minutes}m" : $"{duration.Minutes}m{duration.Seconds}s",
        { TotalDays: < 1 } => duration.Minutes == 0 ? $"{duration.Hours}h" : $"{duration.Hours}h{duration.Minutes}m",
        _ => duration.Hours == 0 ? $"{(int)duration.TotalDays}d" : $"{(int)duration.TotalDays}d{duration.Hours}h",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static double? TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        "w" => 7.0 * TimeSpan.TicksPerDay,
        _ => null,
    };
}
