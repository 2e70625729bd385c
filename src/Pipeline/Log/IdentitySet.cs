using System.Runtime.InteropServices;
using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>What a log knew of an event before.</summary>
internal enum Known
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The same event with the same contents.</summary>
    Everything,

    /// <summary>The same event, with other contents.</summary>
    OtherContents,
}

/// <summary>
/// The events that a log holds, 24 bytes each: a keyed hash of order, type and time, and one of the rest. Extendible hashing: a page that is full is split in
/// two, so that the set grows without copying the rest of it and without garbage. Where splitting would not part a page's entries, it grows by itself, so that
/// memory follows the number of entries whatever they are.
/// </summary>
internal sealed class IdentitySet
{
    private const int PageSlots = 1024, MostDirectoryEntriesPerPage = 16;

    // The page of an identity is found by the first bits of its hash, as many as the directory's length has.
    private Page[] directory = [new Page(0, PageSlots)];
    private Entry[] spare = [];
    private int depth, pages = 1;

    /// <summary>The length of the directory.</summary>
    public int DirectoryLength => directory.Length;

    /// <summary>Takes an event in, and tells what was known of it.</summary>
    public Known Add(in FulfillmentEvent @event)
    {
        var (identity, contents) = (IdentityOf(@event), ContentsOf(@event));
        var known = Add(identity, contents);
        // Further contents of one event stand beside the first as if they were events of their own.
        return known == Known.OtherContents ? Add(VariantOf(identity, contents), contents) == Known.Nothing ? Known.OtherContents : Known.Everything : known;
    }

    /// <summary>Takes an identity and its contents in by their hashes; what is known already stays.</summary>
    public Known Add(UInt128 identity, ulong contents)
    {
        // An empty slot has zero there.
        var entry = new Entry((ulong)(identity >> 64), (ulong)identity | 1, contents);
        var page = PageOf(entry);
        while (page.IsFull)
        {
            if (page.Depth == depth && directory.Length >= pages * MostDirectoryEntriesPerPage)
                page.Grow();
            else
                Split(page, entry);
            page = PageOf(entry);
        }

        return page.Insert(entry);
    }

    private Page PageOf(in Entry entry) => directory[depth == 0 ? 0 : entry.High >> (64 - depth)];

    private void Split(Page page, in Entry entry)
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
        pages++;
        var upper = new Page(page.Depth, page.Length);
        int span = 1 << (depth - page.Depth);
        int first = (int)(entry.High >> (64 - depth)) & -(span * 2);
        directory.AsSpan(first + span, span).Fill(upper);
        var taken = page.TakeAll(spare.Length == page.Length ? spare : new Entry[page.Length]);
        foreach (ref readonly var moved in taken.AsSpan())
        {
            if (moved.Low != 0)
                PageOf(moved).Insert(moved);
        }

        Array.Clear(taken);
        spare = taken;
    }

    private static UInt128 IdentityOf(in FulfillmentEvent @event)
    {
        var hash = KeyedHash.Begin();
        hash.Add((ulong)@event.EventAt.UnixSeconds);
        hash.Add(((ulong)@event.Type << 1) | (@event.OrderId.IsHex ? 0u : 1u));
        if (@event.OrderId.IsHex)
        {
            hash.Add((ulong)(@event.OrderId.HexValue >> 64));
            hash.Add((ulong)@event.OrderId.HexValue);
        }
        else
        {
            Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
            hash.Add(text[..@event.OrderId.Format(text)]);
        }

        return hash.Finish();
    }

    private static ulong ContentsOf(in FulfillmentEvent @event)
    {
        var hash = KeyedHash.Begin();
        hash.Add(((ulong)@event.SellerRegion.Code << 32) | @event.CustomerRegion.Code);
        hash.Add((ulong)(@event.EstimatedDeliveryAt?.UnixSeconds ?? long.MinValue));
        if (@event.PayloadExtras is { } extras)
            hash.Add(MemoryMarshal.AsBytes(extras.AsSpan()));
        return (ulong)hash.Finish();
    }

    private static UInt128 VariantOf(UInt128 identity, ulong contents)
    {
        var hash = KeyedHash.Begin();
        hash.Add((ulong)(identity >> 64));
        hash.Add((ulong)identity);
        hash.Add(contents);
        return hash.Finish();
    }

    private sealed class Page(int depth, int length)
    {
        private Entry[] slots = new Entry[length];
        private int count;

        public int Depth { get; set; } = depth;

        public int Length => slots.Length;

        public bool IsFull => count >= slots.Length * 85L / 100;

        public Known Insert(in Entry entry)
        {
            int slot = (int)(entry.Low >> 1) & (slots.Length - 1);
            while (slots[slot].Low != 0)
            {
                ref readonly var there = ref slots[slot];
                if (there.Low == entry.Low && there.High == entry.High)
                    return there.Contents == entry.Contents ? Known.Everything : Known.OtherContents;
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = entry;
            count++;
            return Known.Nothing;
        }

        /// <summary>Puts empty slots in place of the page's, and returns these.</summary>
        public Entry[] TakeAll(Entry[] empty)
        {
            var taken = slots;
            (slots, count) = (empty, 0);
            return taken;
        }

        public void Grow()
        {
            foreach (ref readonly var entry in TakeAll(new Entry[slots.Length * 2]).AsSpan())
            {
                if (entry.Low != 0)
                    Insert(entry);
            }
        }
    }

    private readonly record struct Entry(ulong High, ulong Low, ulong Contents);
}
