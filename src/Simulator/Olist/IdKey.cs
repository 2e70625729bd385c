using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>
/// Sixteen bytes that stand for an id of a data set: those that thirty-two lower-case hexadecimal digits spell, or a hash of any other text.
/// </summary>
internal static class IdKey
{
    private const int HexLength = 32;

    /// <summary>The key of an id.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> text) => TryReadHex(text, out var value) ? value : Hash(text);

    /// <summary>The key of an order's id.</summary>
    public static UInt128 Of(OrderId id)
    {
        if (id.IsHex)
            return id.HexValue;
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        return Hash(text[..id.Format(text)]);
    }

    /// <summary>Reads an order id: UTF-8 as <see cref="OrderId.TryParse"/> takes it.</summary>
    public static bool TryReadOrderId(ReadOnlySpan<byte> text, out OrderId id)
    {
        if (TryReadHex(text, out var value))
        {
            id = OrderId.FromHex(value);
            return true;
        }

        id = default;
        Span<char> chars = stackalloc char[OrderId.MaxUtf8Length];
        return text.Length <= OrderId.MaxUtf8Length
            && System.Text.Unicode.Utf8.ToUtf16(text, chars, out _, out int length, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done
            && OrderId.TryParse(chars[..length], out id);
    }

    /// <summary>Reads thirty-two lower-case hexadecimal digits.</summary>
    public static bool TryReadHex(ReadOnlySpan<byte> text, out UInt128 value)
    {
        value = default;
        if (text.Length != HexLength)
            return false;
        ref byte start = ref MemoryMarshal.GetReference(text);
        if (!TryNibbles(Vector128.LoadUnsafe(ref start), out var first) || !TryNibbles(Vector128.LoadUnsafe(ref start, 16), out var second))
            return false;
        Span<byte> bytes = stackalloc byte[16];
        Vector128.Narrow(Pairs(first), Pairs(second)).CopyTo(bytes);
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    private static bool TryNibbles(Vector128<byte> digits, out Vector128<byte> nibbles)
    {
        var number = digits - Vector128.Create((byte)'0');
        var letter = digits - Vector128.Create((byte)'a');
        var isNumber = Vector128.LessThan(number, Vector128.Create((byte)10));
        var isLetter = Vector128.LessThan(letter, Vector128.Create((byte)6));
        nibbles = Vector128.ConditionalSelect(isNumber, number, letter + Vector128.Create((byte)10));
        return (isNumber | isLetter) == Vector128<byte>.AllBitsSet;
    }

    // A pair of digits is one little-endian number: the first digit, which counts sixteen times, is its lower byte.
    private static Vector128<ushort> Pairs(Vector128<byte> nibbles)
    {
        var pairs = nibbles.AsUInt16();
        return ((pairs << 4) | (pairs >> 8)) & Vector128.Create((ushort)0xFF);
    }

    private static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
