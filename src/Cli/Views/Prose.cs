namespace Eip.Cli.Views;

/// <summary>Breaks text at its blanks.</summary>
internal static class Prose
{
    /// <summary>The text in lines of at most so many letters; a longer word is cut.</summary>
    public static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        string rest = text;
        while (rest.Length > width)
        {
            int end = rest.LastIndexOf(' ', width);
            if (end <= 0)
                end = width;
            lines.Add(rest[..end]);
            rest = rest[end..].TrimStart(' ');
        }

        lines.Add(rest);
        return lines;
    }
}
