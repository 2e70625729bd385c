using System.Buffers.Binary;
using System.Security.Cryptography;
using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>
/// The identities of events: order, type and time, 24 bytes each. Extendible hashing: a page that is full is split in two, so that the set grows without
/// copying the rest of it and without garbage. An order id that is not hexadecimal stands by sixteen bytes of its SHA-256, as it does in an event id.
/// </summary>
internal sealed class IdentitySet
{
    private const int PageSlots = 1024, PageFull = PageSlots * 85 / 100;
    private readonly Entry[] scratch = new Entry[PageSlots];

    // The page of an identity is found by the first bits of its hash, as many as the directory's length has.
    private Page[] directory = [new Page(0)];
    private int depth;

    /// <summary>Takes an event's identity; false when it is there already.</summary>
    public bool Add(in FulfillmentEvent @event)
    {
        var key = @event.OrderId.IsHex ? @event.OrderId.HexValue : HashOf(@event.OrderId);
        ulong tag = ((ulong)@event.EventAt.UnixSeconds << 8) | ((ulong)@event.Type << 1) | (@event.OrderId.IsHex ? 0u : 1u);
        var entry = new Entry((ulong)(key >> 64), (ulong)key, tag);
        ulong hash = entry.Hash();
        var page = PageOf(hash);
        while (page.Count >= PageFull)
        {
            Split(page, hash);
            page = PageOf(hash);
        }

        return page.TryInsert(entry, hash);
    }

    private Page PageOf(ulong hash) => directory[depth == 0 ? 0 : hash >> (64 - depth)];

    private void Split(Page page, ulong hash)
    {
        if (page.Depth == depth)
        {
            var larger = new Page[directory.Length * 2];
            for (int i = 0; i < larger.Length; i++)
                larger[i] = directory[i / 2];
            (directory, depth) = (larger, depth + 1);
        }

        // The page's entries share their first bits; the next one tells the halves apart.
        page.Depth++;
        var upper = new Page(page.Depth);
        int span = 1 << (depth - page.Depth);
        int first = (int)(hash >> (64 - depth)) & -(span * 2);
        directory.AsSpan(first + span, span).Fill(upper);
        page.MoveTo(scratch);
        foreach (ref readonly var entry in scratch.AsSpan())
        {
            ulong entryHash = entry.Hash();
            if (entry.Tag != 0)
                PageOf(entryHash).TryInsert(entry, entryHash);
        }
    }

    private static UInt128 HashOf(OrderId id)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length], hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..id.Format(text)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed class Page(int depth)
    {
        private readonly Entry[] slots = new Entry[PageSlots];

        public int Depth { get; set; } = depth;

        public int Count { get; private set; }

        public bool TryInsert(in Entry entry, ulong hash)
        {
            int slot = (int)(hash % PageSlots);
            while (slots[slot].Tag != 0)
            {
                if (slots[slot] == entry)
                    return false;
                slot = (slot + 1) % PageSlots;
            }

            slots[slot] = entry;
            Count++;
            return true;
        }

        public void MoveTo(Entry[] target)
        {
            slots.CopyTo(target, 0);
            Array.Clear(slots);
            Count = 0;
        }
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
