using System.Buffers.Binary;
using System.Security.Cryptography;
using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>
/// The identities of events: order, type and time, 24 bytes each in open addressing at a load of one half to three quarters. It grows shard by shard,
/// so that growing needs little memory beside. An order id that is not hexadecimal stands by sixteen bytes of its SHA-256, as it does in an event id.
/// </summary>
internal sealed class IdentitySet
{
    private const int ShardCount = 256, FirstCapacity = 16;
    private readonly Entry[][] shards = new Entry[ShardCount][];
    private readonly int[] counts = new int[ShardCount];

    public IdentitySet()
    {
        for (int i = 0; i < ShardCount; i++)
            shards[i] = new Entry[FirstCapacity];
    }

    /// <summary>Takes an event's identity; false when it is there already.</summary>
    public bool Add(in FulfillmentEvent @event)
    {
        var key = @event.OrderId.IsHex ? @event.OrderId.HexValue : HashOf(@event.OrderId);
        ulong tag = ((ulong)@event.EventAt.UnixSeconds << 8) | ((ulong)@event.Type << 1) | (@event.OrderId.IsHex ? 0u : 1u);
        var entry = new Entry((ulong)(key >> 64), (ulong)key, tag);
        ulong hash = entry.Hash();
        int shard = (int)(hash >> 56);
        if (!TryInsert(shards[shard], entry, hash))
            return false;
        if (++counts[shard] * 4L >= shards[shard].Length * 3L)
            Grow(shard);
        return true;
    }

    private static bool TryInsert(Entry[] table, in Entry entry, ulong hash)
    {
        int slot = (int)(((hash & uint.MaxValue) * (ulong)table.Length) >> 32);
        while (table[slot].Tag != 0)
        {
            if (table[slot] == entry)
                return false;
            if (++slot == table.Length)
                slot = 0;
        }

        table[slot] = entry;
        return true;
    }

    private void Grow(int shard)
    {
        var before = shards[shard];
        var after = new Entry[before.Length + (before.Length / 2)];
        foreach (ref readonly var entry in before.AsSpan())
        {
            if (entry.Tag != 0)
                TryInsert(after, entry, entry.Hash());
        }

        shards[shard] = after;
    }

    private static UInt128 HashOf(OrderId id)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length], hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..id.Format(text)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    // The tag is never 0, since no event type is.
    private readonly record struct Entry(ulong High, ulong Low, ulong Tag)
    {
        public ulong Hash()
        {
            ulong value = High ^ (Low * 0x9E37_79B9_7F4A_7C15) ^ (Tag * 0xD6E8_FEB8_6659_FD93);
            value = (value ^ (value >> 32)) * 0xD6E8_FEB8_6659_FD93;
            value = (value ^ (value >> 29)) * 0x9E37_79B9_7F4A_7C15;
            return value ^ (value >> 32);
        }
    }
}
