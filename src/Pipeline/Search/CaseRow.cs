using System.Buffers.Binary;
using Eip.Domain;

namespace Eip.Pipeline.Search;

/// <summary>All that the index keeps of a case, drawn from it before any lock is taken.</summary>
/// <param name="Card">Its card.</param>
/// <param name="Variant">The number of its variant.</param>
/// <param name="IdKey">The leading bytes of its id as <see cref="KeyOf(OrderId)"/> gives them.</param>
internal readonly record struct CaseRow(CaseCard Card, int Variant, long IdKey)
{
    /// <summary>
    /// The first eight bytes of an id's text as a number: ids with different numbers are ordered as the numbers are. Control characters are no part
    /// of an id, so none has the number that stands for absence.
    /// </summary>
    public static long KeyOf(OrderId id)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        return KeyOf(text[..id.Format(text)], padding: 0);
    }

    /// <summary>The same of a text's first bytes; a shorter text is filled up with a padding byte.</summary>
    public static long KeyOf(ReadOnlySpan<byte> text, byte padding)
    {
        Span<byte> leading = stackalloc byte[sizeof(long)];
        leading.Fill(padding);
        text[..Math.Min(text.Length, sizeof(long))].CopyTo(leading);
        // Flipping the sign makes signed numbers compare as the bytes do.
        return BinaryPrimitives.ReadInt64BigEndian(leading) ^ long.MinValue;
    }
}
