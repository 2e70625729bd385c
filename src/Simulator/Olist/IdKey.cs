using System.Buffers.Binary;
using System.Security.Cryptography;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>
/// Sixteen bytes that stand for an id of a data set: those that thirty-two lower-case hexadecimal digits spell, or a hash of any other text.
/// </summary>
internal static class IdKey
{
    /// <summary>The key of an id.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> text) => OrderId.TryReadHex(text, out var value) ? value : Hash(text);

    /// <summary>The key of an order's id.</summary>
    public static UInt128 Of(OrderId id)
    {
        if (id.IsHex)
            return id.HexValue;
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        return Hash(text[..id.Format(text)]);
    }

    private static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
