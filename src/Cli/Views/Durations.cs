namespace Eip.Cli.Views;

/// <summary>Durations as people read them.</summary>
internal static class Durations
{
    /// <summary>Two units at most, such as <c>3 d 4 h</c>, <c>12 min</c> or <c>40 s</c>.</summary>
    public static string Show(long seconds) => seconds switch
    {
        < 0 => "-" + Show(-seconds),
        < 60 => $"{seconds} s",
        < 3600 => $"{seconds / 60} min",
        < 86_400 => seconds % 3600 < 60 ? $"{seconds / 3600} h" : $"{seconds / 3600} h {seconds % 3600 / 60} min",
        _ => seconds % 86_400 < 3600 ? $"{seconds / 86_400} d" : $"{seconds / 86_400} d {seconds % 86_400 / 3600} h",
    };

    /// <summary>The same, or a dash when there is none.</summary>
    public static string Show(long? seconds) => seconds is { } known ? Show(known) : "–";

    /// <summary>Hours with one decimal, or a dash.</summary>
    public static string ShowHours(decimal? hours) => hours is { } known ? known.ToString("N1") : "–";

    /// <summary>A rate as a percentage, or a dash.</summary>
    public static string ShowRate(decimal? rate) => rate is { } known ? known.ToString("P1") : "–";
}
