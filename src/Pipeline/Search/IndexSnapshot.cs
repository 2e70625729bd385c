using System.Runtime.CompilerServices;
using Eip.Domain;

namespace Eip.Pipeline.Search;

/// <summary>
/// Cards that match as they were at one moment. It holds on to their segments; a writer that meets one meanwhile goes on with a copy of its own.
/// A snapshot is read once.
/// </summary>
internal sealed class IndexSnapshot
{
    private readonly CaseMatches matches;
    private readonly CaseSegment?[] segments;
    private readonly SortOrder order;
    private readonly RegionDictionary regions;

    public IndexSnapshot(CaseMatches matches, ReadOnlySpan<CaseSegment> all, SortOrder order, RegionDictionary regions)
    {
        this.matches = matches;
        this.order = order;
        this.regions = regions;
        segments = new CaseSegment?[matches.SegmentCount];
        for (int i = 0; i < segments.Length; i++)
        {
            if (matches.CountIn(i) == 0)
                continue;
            all[i].Pin();
            segments[i] = all[i];
        }
    }

    /// <summary>The cards in order.</summary>
    public async IAsyncEnumerable<CaseCard> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (_, ordinal) in Sort())
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return segments[ordinal / CaseSegment.Capacity]!.Card(ordinal % CaseSegment.Capacity, regions);
            }
        }
        finally
        {
            Release();
        }

        await ValueTask.CompletedTask;
    }

    /// <summary>The cards in no order.</summary>
    public void Visit(Action<CaseCard> visit, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < segments.Length; i++)
            {
                if (segments[i] is not { } segment)
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                foreach (int slot in new SlotEnumerator(matches.In(i)))
                    visit(segment.Card(slot, regions));
            }
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        foreach (var segment in segments)
            segment?.Unpin();
        matches.Dispose();
    }

    private (long Key, int Ordinal)[] Sort()
    {
        var sorted = new (long Key, int Ordinal)[matches.Total];
        int count = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i] is not { } segment)
                continue;
            var values = segment[order.Sort].Values;
            foreach (int slot in new SlotEnumerator(matches.In(i)))
                sorted[count++] = (order.Key(values[slot]), (i * CaseSegment.Capacity) + slot);
        }

        Array.Sort(sorted, (left, right) => left.Key != right.Key ? left.Key.CompareTo(right.Key) : order.Compare(At(left.Ordinal), At(right.Ordinal)));
        return sorted;
    }

    private SortedCard At(int ordinal) => order.At(segments[ordinal / CaseSegment.Capacity]!, ordinal % CaseSegment.Capacity, ordinal);
}
