namespace Eip.Domain;

/// <summary>A two-letter state such as <c>SP</c>, or unknown, the default value (fulfillment-v1 §1).</summary>
public readonly record struct Region : IComparable<Region>
{
    private Region(ushort code) => Code = code;

    /// <summary>Both letters in one number, ordered as the text is; 0 when unknown.</summary>
    public ushort Code { get; }

    /// <summary>No region is known.</summary>
    public static Region Unknown => default;

    /// <summary>Whether a region is known.</summary>
    public bool IsKnown => Code != 0;

    /// <summary>Reads two capital letters A to Z.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Region region)
    {
        bool valid = text.Length == 2 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1]);
        region = valid ? new Region((ushort)((text[0] << 8) | text[1])) : default;
        return valid;
    }

    /// <summary>Reads two capital letters A to Z.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Region Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var region) ? region : throw new FormatException($"'{text}' is not a region of two capital letters.");

    /// <summary>The region with a code that <see cref="Code"/> gave.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code belongs to no region.</exception>
    public static Region FromCode(ushort code)
    {
        if (code != 0 && !(char.IsAsciiLetterUpper((char)(code >> 8)) && char.IsAsciiLetterUpper((char)(code & 0xFF))))
            throw new ArgumentOutOfRangeException(nameof(code), code, "No region has this code.");
        return new Region(code);
    }

    /// <summary>The two letters, or null when unknown.</summary>
    public string? Text => IsKnown ? ToString() : null;

    /// <summary>The two letters, or an empty string when unknown.</summary>
    public override string ToString() => IsKnown ? string.Create(2, Code, static (span, code) =>
    {
        span[0] = (char)(code >> 8);
        span[1] = (char)(code & 0xFF);
    }) : "";

    /// <inheritdoc/>
    public int CompareTo(Region other) => Code.CompareTo(other.Code);
}
