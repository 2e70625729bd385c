using System.Numerics;
using System.Runtime.CompilerServices;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>
/// Regions by id. Of several entries for one id the one with the lowest rank counts, and of equals the first: the warehouse is the seller of the item
/// with the lowest <c>order_item_id</c> (fulfillment-v1 §2).
/// </summary>
internal sealed class RegionTable
{
    private const int MinCapacity = 1 << 10;
    private Entry[] entries;
    private int shift;
    private int growAt;

    /// <summary>An empty table with room for about so many ids.</summary>
    public RegionTable(long expected = 0)
    {
        long capacity = Math.Clamp(expected * 8 / 5, MinCapacity, 1 << 29);
        entries = new Entry[BitOperations.RoundUpToPowerOf2((ulong)capacity)];
        Resized();
    }

    /// <summary>Ids in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a region.</summary>
    public void Add(UInt128 id, Region region, int rank = 0)
    {
        ref var entry = ref Slot(id);
        if (entry.IsUsed)
        {
            if (rank < entry.Rank)
                (entry.Rank, entry.Region) = (rank, region.Code);
            return;
        }

        entry = new Entry { High = (ulong)(id >> 64), Low = (ulong)id, Rank = rank, Region = region.Code, IsUsed = true };
        if (++Count >= growAt)
            Grow();
    }

    /// <summary>Finds a region; false when the id is not there.</summary>
    public bool TryFind(UInt128 id, out Region region)
    {
        ref var entry = ref Slot(id);
        region = entry.IsUsed ? Region.FromCode(entry.Region) : Region.Unknown;
        return entry.IsUsed;
    }

    // The entry of the id, or the free one where it belongs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Slot(UInt128 id)
    {
        ulong high = (ulong)(id >> 64), low = (ulong)id;
        var table = entries;
        int mask = table.Length - 1;
        int at = (int)(((high ^ BitOperations.RotateLeft(low, 32)) * 0x9E37_79B9_7F4A_7C15) >> shift);
        while (true)
        {
            ref var entry = ref table[at];
            if (!entry.IsUsed || (entry.Low == low && entry.High == high))
                return ref entry;
            at = (at + 1) & mask;
        }
    }

    private void Grow()
    {
        var old = entries;
        entries = new Entry[old.Length * 2L];
        Resized();
        foreach (ref var entry in old.AsSpan())
        {
            if (entry.IsUsed)
                Slot(new UInt128(entry.High, entry.Low)) = entry;
        }
    }

    private void Resized()
    {
        shift = 64 - BitOperations.Log2((uint)entries.Length);
        growAt = (int)(entries.Length * 7L / 10);
    }

    private struct Entry
    {
        public ulong High, Low;
        public int Rank;
        public ushort Region;
        public bool IsUsed;
    }
}
