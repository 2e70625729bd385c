using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Eip.Domain;

/// <summary>Text of any origin, made fit to stand in a message: what a terminal or a log would act on instead of showing stands as an escape.</summary>
public static class ShownText
{
    private const int Longest = 80;

    /// <summary>Control and format characters, further line breaks and halves of surrogate pairs as <c>\u001b</c>; all else as it is.</summary>
    public static string Escape(string text)
    {
        int at = 0;
        while (at < text.Length && !MustEscape(text, at, out int length))
            at += length;
        if (at == text.Length)
            return text;
        var shown = new StringBuilder(text.Length + 16).Append(text, 0, at);
        while (at < text.Length)
        {
            if (MustEscape(text, at, out int length))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
            else
                shown.Append(text, at, length);
            at += length;
        }

        return shown.ToString();
    }

    /// <summary>The first eighty characters, escaped.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Shorten(string? text)
    {
        if (text is not { Length: > Longest })
            return text is null ? null : Escape(text);
        int length = char.IsSurrogatePair(text, Longest - 1) ? Longest - 1 : Longest;
        return Escape(text[..length]) + "…";
    }

    private static bool MustEscape(string text, int at, out int length)
    {
        length = at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1;
        return CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
    }
}
