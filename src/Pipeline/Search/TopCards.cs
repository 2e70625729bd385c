using System.Numerics;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>
/// The first cards of a sorted result, found without sorting the rest: a heap of the best so far, and whole words and segments of cards skipped that
/// cannot be among them.
/// </summary>
internal sealed class TopCards(SortOrder order, SortedCard? after, int capacity)
{
    // Below this many cards in a word it is cheaper to look at each than to compare all sixty-four at once.
    private const int FewCards = 6;
    private readonly long firstKey = after?.Key ?? long.MinValue;
    private SortedCard[] heap = new SortedCard[Math.Min(capacity, 64)];
    private int count;

    /// <summary>Whether cards with this key or a greater one can be left out.</summary>
    public bool IsBeyond(long key) => count == capacity && (capacity == 0 || key > heap[0].Key);

    /// <summary>Offers those cards of a segment that are in the set.</summary>
    public void Offer(CaseSegment segment, int segmentIndex, ReadOnlySpan<ulong> match)
    {
        ReadOnlySpan<long> values = segment[order.Sort].Values, idKeys = segment[CaseSort.OrderId].Values;
        for (int word = 0; word < match.Length; word++)
        {
            ulong bits = match[word];
            if (bits == 0)
                continue;
            if (BitOperations.PopCount(bits) > FewCards && (count == capacity || after is not null))
                bits &= Candidates(values, idKeys, word);
            for (; bits != 0; bits &= bits - 1)
            {
                int slot = (word * 64) + BitOperations.TrailingZeroCount(bits);
                long key = order.Key(values[slot]);
                // Most cards are out by their key alone; looking at no other column of them is what keeps this quick.
                if (key < firstKey || IsBeyond(key))
                    continue;
                Offer(order.At(segment, slot, (segmentIndex * CaseSegment.Capacity) + slot));
            }
        }
    }

    /// <summary>The cards that were found, in order. Nothing can be offered afterwards.</summary>
    public ReadOnlySpan<SortedCard> Finish()
    {
        var found = heap.AsSpan(0, count);
        var comparison = order;
        found.Sort((left, right) => comparison.Compare(left, right));
        return found;
    }

    // Cards that may come after the cursor and before the worst of the best; of those that equal it, only by an id that may be smaller.
    private ulong Candidates(ReadOnlySpan<long> values, ReadOnlySpan<long> idKeys, int word)
    {
        if (count < capacity)
            return ColumnScan.KeysBetween(values, word, order.Flip, order.Shift, firstKey, long.MaxValue);
        ulong candidates = ColumnScan.KeysBetween(values, word, order.Flip, order.Shift, firstKey, heap[0].Key);
        if (candidates == 0 || order.Sort == CaseSort.OrderId)
            return candidates;
        ulong ties = ColumnScan.KeysBetween(values, word, order.Flip, order.Shift, heap[0].Key, heap[0].Key);
        return ties == 0 ? candidates : candidates & (~ties | ColumnScan.Between(idKeys, word, long.MinValue, heap[0].IdKey));
    }

    private void Offer(in SortedCard card)
    {
        if (after is { } position && order.Compare(card, position) <= 0)
            return;
        if (count < capacity)
        {
            if (count == heap.Length)
                Array.Resize(ref heap, (int)Math.Min(capacity, heap.Length * 2L));
            heap[count++] = card;
            SiftUp();
        }
        else if (count > 0 && order.Compare(card, heap[0]) < 0)
        {
            heap[0] = card;
            SiftDown();
        }
    }

    private void SiftUp()
    {
        int child = count - 1;
        while (child > 0 && order.Compare(heap[(child - 1) / 2], heap[child]) < 0)
        {
            int parent = (child - 1) / 2;
            (heap[parent], heap[child]) = (heap[child], heap[parent]);
            child = parent;
        }
    }

    private void SiftDown()
    {
        int parent = 0;
        while (true)
        {
            int last = (2 * parent) + 1;
            if (last >= count)
                return;
            if (last + 1 < count && order.Compare(heap[last], heap[last + 1]) < 0)
                last++;
            if (order.Compare(heap[parent], heap[last]) >= 0)
                return;
            (heap[parent], heap[last]) = (heap[last], heap[parent]);
            parent = last;
        }
    }
}
