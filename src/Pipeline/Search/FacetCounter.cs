using System.Numerics;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>Counts the cards that match by status, region and anomaly.</summary>
internal sealed class FacetCounter(RegionDictionary regions)
{
    // Where fewer cards of a segment match, looking at each is cheaper than intersecting every set of the segment.
    private const int FewCards = 96;
    private readonly long[] statuses = new long[(int)CaseStatus.Cancelled + 1];
    private readonly long[] sellers = new long[regions.Count];
    private readonly long[] customers = new long[regions.Count];
    private readonly long[] anomalies = new long[8];

    /// <summary>Counts the cards of a segment that are in the set.</summary>
    public void Add(CaseSegment segment, ReadOnlySpan<ulong> match, int count)
    {
        if (count < FewCards)
        {
            CountEach(segment, match);
            return;
        }

        CountSets(segment.ByStatus, match, statuses);
        CountSets(segment.BySeller, match, sellers);
        CountSets(segment.ByCustomer, match, customers);
        CountSets(segment.ByAnomaly, match, anomalies);
    }

    /// <summary>The counts so far.</summary>
    public CaseFacets ToFacets() => new(
        Named(statuses, static status => ((CaseStatus)status).Name()),
        Named(sellers, number => regions[number].ToString()),
        Named(customers, number => regions[number].ToString()),
        Named(anomalies, static bit => ((CaseAnomalies)(1 << bit)).Names().Single()));

    private static Dictionary<string, long> Named(long[] counts, Func<int, string> nameOf) =>
        counts.Index().Where(static value => value.Item > 0).ToDictionary(value => nameOf(value.Index), static value => value.Item, StringComparer.Ordinal);

    private static void CountSets(BitmapFamily family, ReadOnlySpan<ulong> match, long[] counts)
    {
        for (int value = 0; value < counts.Length; value++)
        {
            var bits = family[value];
            if (!bits.IsEmpty)
                counts[value] += Bits.CountBoth(match, bits);
        }
    }

    private void CountEach(CaseSegment segment, ReadOnlySpan<ulong> match)
    {
        foreach (int slot in new SlotEnumerator(match))
        {
            statuses[(int)segment.Statuses[slot]]++;
            sellers[segment.Sellers[slot]]++;
            customers[segment.Customers[slot]]++;
            for (uint flags = (uint)segment.Anomalies[slot]; flags != 0; flags &= flags - 1)
                anomalies[BitOperations.TrailingZeroCount(flags)]++;
        }
    }
}
