using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>Collects a duration of cards by group, and tells how it is distributed in each.</summary>
internal sealed class DurationGroups(CaseDuration duration, CaseGrouping grouping, RegionDictionary regions)
{
    private readonly CaseSort column = duration switch
    {
        CaseDuration.Approval => CaseSort.ApprovalSeconds,
        CaseDuration.Handling => CaseSort.HandlingSeconds,
        CaseDuration.Transit => CaseSort.TransitSeconds,
        CaseDuration.LeadTime => CaseSort.LeadTimeSeconds,
        _ => throw new ArgumentOutOfRangeException(nameof(duration), duration, "This is no duration of a card."),
    };

    private readonly CaseGrouping grouping = Enum.IsDefined(grouping)
        ? grouping
        : throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "Durations cannot be grouped by this.");

    // Regions may be added while the figures are drawn.
    private readonly int regionCount = regions.Count;
    private readonly Group?[] groups = new Group?[grouping == CaseGrouping.Lane ? regions.Count * regions.Count : regions.Count];

    /// <summary>Takes the cards of a segment that match.</summary>
    public void Add(CaseSegment segment, ReadOnlySpan<ulong> match)
    {
        var values = segment[column];
        foreach (int slot in new SlotEnumerator(match))
        {
            if (values[slot] == CaseColumn.Absent || GroupOf(segment, slot) is not { } number)
                continue;
            var group = groups[number] ??= new Group();
            group.Values.Add(values[slot]);
            if (Bits.Has(segment.Late, slot))
                group.LateCount++;
        }
    }

    /// <summary>The distributions, largest group first, then by key.</summary>
    public IReadOnlyList<DurationDistribution> ToDistributions() =>
    [
        .. groups.Index()
            .Where(static group => group.Item is not null)
            .Select(group => DurationDistributions.Of(KeyOf(group.Index), group.Item!.Values, group.Item.LateCount))
            .OrderByDescending(static distribution => distribution.Count)
            .ThenBy(static distribution => distribution.Key, StringComparer.Ordinal),
    ];

    private int? GroupOf(CaseSegment segment, int slot)
    {
        int seller = segment.Sellers[slot], customer = segment.Customers[slot];
        return grouping switch
        {
            CaseGrouping.SellerRegion => seller,
            CaseGrouping.CustomerRegion => customer,
            CaseGrouping.Lane => seller == 0 || customer == 0 ? null : (seller * regionCount) + customer,
            _ => 0,
        };
    }

    private string KeyOf(int group) => grouping switch
    {
        CaseGrouping.SellerRegion or CaseGrouping.CustomerRegion => regions[group].ToString(),
        CaseGrouping.Lane => $"{regions[group / regionCount]}-{regions[group % regionCount]}",
        _ => "",
    };

    private sealed class Group
    {
        public List<long> Values { get; } = [];

        public long LateCount { get; set; }
    }
}
