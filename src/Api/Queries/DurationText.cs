using System.Xml;

namespace Eip.Api.Queries;

/// <summary>Durations in queries: <c>90m</c>, <c>36h</c>, <c>3d</c>, <c>1d12h</c>, ISO 8601 such as <c>P1DT12H</c>, or plain seconds.</summary>
internal static class DurationText
{
    /// <summary>What the forms are, for messages and documentation.</summary>
    public const string Forms = "a duration such as 90m, 36h, 3d, 1d12h, P1DT12H, or whole seconds";

    /// <summary>The longest duration, in seconds: all of event time.</summary>
    public const long MaxSeconds = 10_000L * 366 * 86_400;

    /// <summary>Reads whole seconds, not negative; false when the text has none of the forms.</summary>
    public static bool TryParse(string text, out long seconds)
    {
        seconds = 0;
        if (text.Length is 0 or > 40)
            return false;
        if (text[0] == 'P')
            return TryParseIso(text, out seconds);
        int at = 0;
        int lastUnit = int.MaxValue;
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            if (at == start || at - start > 12)
                return false;
            long number = long.Parse(text.AsSpan(start, at - start));
            int unit = at == text.Length ? (start == 0 ? 1 : 0) : Unit(text[at++]);
            // Each unit once, the greatest first: 1d12h, but not 12h1d.
            if (unit == 0 || unit >= lastUnit)
                return false;
            lastUnit = unit;
            seconds += number * unit;
            if (seconds > MaxSeconds)
                return false;
        }

        return true;
    }

    private static int Unit(char letter) => letter switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => 0,
    };

    private static bool TryParseIso(string text, out long seconds)
    {
        seconds = 0;
        // Years and months have no fixed length.
        int time = text.IndexOf('T', StringComparison.Ordinal);
        if (text.Contains('Y', StringComparison.Ordinal) || text.AsSpan(0, time < 0 ? text.Length : time).Contains('M'))
            return false;
        try
        {
            var span = XmlConvert.ToTimeSpan(text);
            seconds = (long)span.TotalSeconds;
            return span >= TimeSpan.Zero && seconds <= MaxSeconds;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }
}
