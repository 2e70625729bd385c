using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Eip.Pipeline.Text;

/// <summary>The speed of a virtual clock: virtual seconds in a real second.</summary>
public static class SpeedText
{
    /// <summary>The fastest clock that is accepted: a century in a second.</summary>
    public const double Max = 100 * 365.25 * 86_400;

    /// <summary>Reads <c>86400</c>, <c>3600x</c>, or a duration in a real second such as <c>1d/s</c> or <c>30m/s</c>.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="speed">Virtual seconds in a real second.</param>
    /// <param name="reason">Why it is no speed, as the rest of a sentence that begins with the option's name.</param>
    public static bool TryParse(string text, out double speed, [NotNullWhen(false)] out string? reason)
    {
        var rest = text.AsSpan().Trim();
        bool read;
        if (rest.EndsWith("/s"))
        {
            bool negative = rest[0] == '-';
            read = DurationText.TryParse(rest[(negative ? 1 : 0)..^2], out var duration);
            speed = negative ? -duration.TotalSeconds : duration.TotalSeconds;
        }
        else
        {
            read = double.TryParse(rest.EndsWith("x") ? rest[..^1] : rest, NumberStyles.Float, CultureInfo.InvariantCulture, out speed);
        }

        reason = read ? Check(speed) : "is not a speed such as 86400, 3600x, 1d/s or 30m/s.";
        if (reason is not null)
            reason = $"'{text}' {reason}";
        return reason is null;
    }

    /// <summary>Why a number is no speed, as the rest of a sentence; null when it is one.</summary>
    public static string? Check(double speed) => speed switch
    {
        double.NaN => "is not a number.",
        <= 0 => "is not greater than zero.",
        > Max => $"is faster than {Format(Max)}, the fastest clock.",
        _ => null,
    };

    /// <summary>A speed as people read it, such as <c>3600x</c>.</summary>
    public static string Format(double speed) => string.Create(CultureInfo.InvariantCulture, $"{speed:0.######}x");
}
