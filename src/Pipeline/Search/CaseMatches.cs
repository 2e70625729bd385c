using System.Buffers;

namespace Eip.Pipeline.Search;

/// <summary>The cards of an index that match a filter: a bit for each, and a count for each segment. Returns its memory when disposed of.</summary>
internal sealed class CaseMatches : IDisposable
{
    private readonly ulong[] words;
    private readonly int[] counts;

    public CaseMatches(CompiledFilter filter, ReadOnlySpan<CaseSegment> segments)
    {
        SegmentCount = segments.Length;
        words = ArrayPool<ulong>.Shared.Rent(segments.Length * CaseSegment.Words);
        counts = ArrayPool<int>.Shared.Rent(segments.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            var match = words.AsSpan(i * CaseSegment.Words, CaseSegment.Words);
            filter.Apply(segments[i], i, match);
            counts[i] = Bits.Count(match);
            Total += counts[i];
        }
    }

    public int SegmentCount { get; }

    /// <summary>How many cards match.</summary>
    public long Total { get; }

    /// <summary>How many cards of a segment match.</summary>
    public int CountIn(int segment) => counts[segment];

    /// <summary>The cards of a segment that match.</summary>
    public ReadOnlySpan<ulong> In(int segment) => words.AsSpan(segment * CaseSegment.Words, CaseSegment.Words);

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(words);
        ArrayPool<int>.Shared.Return(counts);
    }
}
