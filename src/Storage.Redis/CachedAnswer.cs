using System.Buffers.Binary;
using System.IO.Hashing;

namespace Eip.Storage.Redis;

/// <summary>
/// An answer as it lies in Redis: a format byte, when it was computed, a checksum over that and the answer, the answer. What somebody else wrote, or
/// half of it, is no answer.
/// </summary>
/// <param name="Value">The answer.</param>
/// <param name="ComputedAt">When it was computed, in whole milliseconds.</param>
internal readonly record struct CachedAnswer(byte[] Value, DateTimeOffset ComputedAt)
{
    private const byte Format = 1;
    private const int TimeAt = 1, ChecksumAt = 9, HeaderLength = 17;

    public byte[] Encode()
    {
        byte[] stored = new byte[HeaderLength + Value.Length];
        stored[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(stored.AsSpan(TimeAt), ComputedAt.ToUnixTimeMilliseconds());
        Value.CopyTo(stored, HeaderLength);
        BinaryPrimitives.WriteUInt64LittleEndian(stored.AsSpan(ChecksumAt), ChecksumOf(stored));
        return stored;
    }

    public static CachedAnswer? Decode(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeaderLength || stored[0] != Format || BinaryPrimitives.ReadUInt64LittleEndian(stored[ChecksumAt..]) != ChecksumOf(stored))
            return null;
        return new CachedAnswer(
            stored[HeaderLength..].ToArray(), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(stored[TimeAt..])));
    }

    private static ulong ChecksumOf(ReadOnlySpan<byte> stored) =>
        XxHash3.HashToUInt64(stored[HeaderLength..], BinaryPrimitives.ReadInt64LittleEndian(stored[TimeAt..]));
}
