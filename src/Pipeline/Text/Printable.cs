using System.Globalization;
using System.Text;

namespace Eip.Pipeline.Text;

/// <summary>
/// Text that came from outside, as a terminal or a log may show it: control characters and marks that turn the direction of writing are shown as escapes, so
/// that they neither clear a screen nor forge a line.
/// </summary>
public static class Printable
{
    /// <summary>The text in one line: line breaks and tabs are escaped too.</summary>
    public static string Line(string text) => Escape(text, static letter => false);

    /// <summary>The text with its line breaks and tabs.</summary>
    public static string Lines(string text) => Escape(text, static letter => letter is '\n' or '\t');

    private static string Escape(string text, Func<char, bool> allowed)
    {
        if (!text.Any(letter => Steers(letter) && !allowed(letter)))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (char letter in text)
        {
            if (!Steers(letter) || allowed(letter))
                shown.Append(letter);
            else
                shown.Append(Shown(letter));
        }

        return shown.ToString();
    }

    private static string Shown(char letter) => letter switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        <= '\u00FF' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:X2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"),
    };

    // Zero-width joiners are left alone: names and emoji need them.
    private static bool Steers(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
