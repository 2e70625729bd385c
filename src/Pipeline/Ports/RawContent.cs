using System.Text;
using System.Text.Unicode;

namespace Eip.Pipeline.Ports;

/// <summary>Bytes of input as they came, whatever they are; equal when the bytes are.</summary>
/// <param name="bytes">The bytes; they are not copied and must not change.</param>
public readonly struct RawContent(ReadOnlyMemory<byte> bytes) : IEquatable<RawContent>
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>
    /// Whether the bytes are UTF-8 without control characters but tabs and line breaks, so that <see cref="ToString"/> loses nothing and shows everything.
    /// </summary>
    public bool IsPlainText => Utf8.IsValid(Bytes.Span) && !ToString().Any(static letter => char.IsControl(letter) && letter is not ('\t' or '\r' or '\n'));

    /// <summary>The bytes of a text.</summary>
    public static RawContent Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>The text; what is not UTF-8 stands as U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    /// <inheritdoc/>
    public bool Equals(RawContent other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawContent other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(RawContent left, RawContent right) => left.Equals(right);

    /// <summary>Whether they hold different bytes.</summary>
    public static bool operator !=(RawContent left, RawContent right) => !left.Equals(right);
}
