using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Eip.Storage.Redis;

/// <summary>
/// An answer as it lies in Redis: a format byte, when it was computed, a checksum over all that follows and that time, the length of its key, its key, the
/// answer. What somebody else wrote, half of it, or the answer of another key is no answer.
/// </summary>
/// <param name="Value">The answer.</param>
/// <param name="ComputedAt">When it was computed, in whole milliseconds.</param>
internal readonly record struct CachedAnswer(byte[] Value, DateTimeOffset ComputedAt)
{
    private const byte Format = 2;
    private const int TimeAt = 1, ChecksumAt = 9, CheckedAt = 17, KeyAt = 21;

    public byte[] Encode(string key)
    {
        int keyLength = Encoding.UTF8.GetByteCount(key);
        byte[] stored = new byte[KeyAt + keyLength + Value.Length];
        stored[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(stored.AsSpan(TimeAt), ComputedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(stored.AsSpan(CheckedAt), keyLength);
        Encoding.UTF8.GetBytes(key, stored.AsSpan(KeyAt));
        Value.CopyTo(stored, KeyAt + keyLength);
        BinaryPrimitives.WriteUInt64LittleEndian(stored.AsSpan(ChecksumAt), ChecksumOf(stored));
        return stored;
    }

    public static CachedAnswer? Decode(string key, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < KeyAt || stored[0] != Format || BinaryPrimitives.ReadUInt64LittleEndian(stored[ChecksumAt..]) != ChecksumOf(stored))
            return null;
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(stored[CheckedAt..]);
        if (keyLength < 0 || keyLength > stored.Length - KeyAt || !stored.Slice(KeyAt, keyLength).SequenceEqual(Encoding.UTF8.GetBytes(key)))
            return null;
        return new CachedAnswer(
            stored[(KeyAt + keyLength)..].ToArray(), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(stored[TimeAt..])));
    }

    private static ulong ChecksumOf(ReadOnlySpan<byte> stored) =>
        XxHash3.HashToUInt64(stored[CheckedAt..], BinaryPrimitives.ReadInt64LittleEndian(stored[TimeAt..]));
}
