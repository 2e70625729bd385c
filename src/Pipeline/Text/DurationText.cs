using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Eip.Pipeline.Text;

/// <summary>
/// Durations as people and programs write them, the same in options, queries, bodies and files: <c>250ms</c>, <c>90s</c>, <c>36h</c>, <c>1d12h</c>, <c>2w</c>,
/// ISO 8601 such as <c>PT1H</c> and <c>P1DT12H</c>, or whole seconds.
/// </summary>
public static class DurationText
{
    /// <summary>What the forms are, as the rest of a sentence.</summary>
    public const string Forms = "a duration such as 250ms, 90s, 36h, 3d, 1d12h, PT1H, or whole seconds";

    /// <summary>The longest duration that is read: all of event time.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(10_000 * 366);

    private const int MaxLength = 40;
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration that is not negative: numbers with units, the greater units first and each once.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        text = text.Trim();
        if (text.Length is 0 or > MaxLength)
            return false;
        bool iso = text[0] == 'P', clock = false;
        var rest = iso ? text[1..] : text;
        decimal ticks = 0, lastUnit = decimal.MaxValue;
        do
        {
            if (iso && !clock && rest.StartsWith("T"))
            {
                clock = true;
                rest = rest[1..];
            }

            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits < 0 && rest.Length == text.Length)
            {
                digits = rest.Length;
                rest = $"{rest}s";
            }

            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
                return false;
            int length = iso || digits + 1 == rest.Length || rest[digits + 1] != 's' ? 1 : 2;
            decimal unit = iso ? IsoUnit(rest[digits], clock) : Unit(rest.Slice(digits, length));
            // Each unit once, the greatest first: 1d12h, but not 12h1d. No number is so great that the product could not be held.
            if (unit == 0 || unit >= lastUnit || number > Max.Ticks || (ticks += number * unit) > Max.Ticks)
                return false;
            lastUnit = unit;
            rest = rest[(digits + length)..];
        }
        while (!rest.IsEmpty);
        duration = TimeSpan.FromTicks((long)Math.Round(ticks));
        return text.ContainsAnyExcept(NumberCharacters) || !text.Contains('.');
    }

    /// <summary>A duration in a form that <see cref="TryParse"/> reads, rounded to what a reader cares about.</summary>
    [SuppressMessage("Style", "IDE0072", Justification = "The last arm takes all the rest.")]
    public static string Format(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "-" + Format(duration.Negate()),
        { TotalMilliseconds: < 1 } => "0s",
        { TotalSeconds: < 1 } => $"{duration.TotalMilliseconds:0}ms",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#}s"),
        { TotalHours: < 1 } => duration.Seconds == 0 ? $"{duration.Minutes}m" : $"{duration.Minutes}m{duration.Seconds}s",
        { TotalDays: < 1 } => duration.Minutes == 0 ? $"{duration.Hours}h" : $"{duration.Hours}h{duration.Minutes}m",
        _ => duration.Hours == 0 ? $"{(int)duration.TotalDays}d" : $"{(int)duration.TotalDays}d{duration.Hours}h",
    };

    private static decimal Unit(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        "w" => 7 * TimeSpan.TicksPerDay,
        _ => 0,
    };

    // Years and months have no fixed length.
    private static decimal IsoUnit(char unit, bool clock) => (unit, clock) switch
    {
        ('S', true) => TimeSpan.TicksPerSecond,
        ('M', true) => TimeSpan.TicksPerMinute,
        ('H', true) => TimeSpan.TicksPerHour,
        ('D', false) => TimeSpan.TicksPerDay,
        ('W', false) => 7 * TimeSpan.TicksPerDay,
        _ => 0,
    };
}
