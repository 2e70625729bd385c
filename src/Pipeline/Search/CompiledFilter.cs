using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>A filter made ready to run over segments: names turned into numbers, ranges into bounds on columns.</summary>
internal sealed class CompiledFilter
{
    private readonly List<ColumnRange> ranges = [];
    private readonly int[] statuses, sellers, customers, anomalies;
    private readonly (int Seller, int Customer)[] lanes;
    private readonly bool? isLate;
    private readonly int? variant;
    private readonly OpenStep step;
    private readonly Dictionary<int, ulong[]>? withPrefix;

    /// <summary>Compiles a filter for an index as it is now; the index must not change before the filter has run.</summary>
    public CompiledFilter(CaseFilter filter, RegionDictionary regions, VariantDictionary variants, OrderIdIndex ids)
    {
        statuses = [.. filter.Statuses.Select(static status => (int)status)];
        sellers = [.. filter.SellerRegions.Select(regions.Find)];
        customers = [.. filter.CustomerRegions.Select(regions.Find)];
        // A card with an unknown region is in no lane, so a lane that names none is nobody's.
        lanes = [.. filter.Lanes.Select(lane => lane.Seller.IsKnown && lane.Customer.IsKnown ? (regions.Find(lane.Seller), regions.Find(lane.Customer)) : (-1, -1))];
        anomalies = [.. Enumerable.Range(0, 8).Where(i => ((int)filter.AnyAnomaly >> i & 1) != 0)];
        isLate = filter.IsLate;
        variant = filter.Variant is { } path ? variants.Find(path) : null;
        step = filter.OpenStep;
        Add(CaseSort.OrderedAt, filter.Ordered);
        Add(CaseSort.DeliveredAt, filter.Delivered);
        Add(CaseSort.EstimatedDeliveryAt, filter.Promised);
        Add(CaseSort.DelayedAt, filter.Delayed);
        Add(CaseSort.CancelledAt, filter.Cancelled);
        if (filter.OpenSinceAtMost is { } moment)
            ranges.Add(new ColumnRange(CaseSort.OpenSince, CaseColumn.Absent + 1, moment.UnixSeconds));
        Add(CaseSort.ApprovalSeconds, filter.Approval);
        Add(CaseSort.HandlingSeconds, filter.Handling);
        Add(CaseSort.TransitSeconds, filter.Transit);
        Add(CaseSort.LeadTimeSeconds, filter.LeadTime);
        if (!string.IsNullOrEmpty(filter.OrderIdPrefix))
            withPrefix = Find(ids, filter.OrderIdPrefix);
    }

    /// <summary>Sets the bits of those cards of a segment that match.</summary>
    public void Apply(CaseSegment segment, int segmentIndex, Span<ulong> match)
    {
        if (withPrefix is null)
        {
            Bits.FillFirst(match, segment.Count);
        }
        else
        {
            match.Clear();
            if (!withPrefix.TryGetValue(segmentIndex, out ulong[]? found))
                return;
            found.CopyTo(match);
        }

        if (ranges.Exists(range => range.Excludes(segment)))
        {
            match.Clear();
            return;
        }

        Keep(match, segment.ByStatus, statuses);
        Keep(match, segment.BySeller, sellers);
        Keep(match, segment.ByCustomer, customers);
        Keep(match, segment.ByAnomaly, anomalies);
        if (step != OpenStep.None)
            Keep(match, segment.ByStep, [(int)step]);
        if (isLate == true)
            Bits.And(match, segment.Late);
        else if (isLate == false)
            Bits.AndNot(match, segment.Late);
        KeepLanes(match, segment);
        foreach (var range in ranges)
            range.Keep(segment, match);
        if (variant is { } wanted)
            KeepVariant(match, segment, wanted);
    }

    private static void Keep(Span<ulong> match, BitmapFamily family, ReadOnlySpan<int> values)
    {
        if (values.IsEmpty)
            return;
        Span<ulong> any = stackalloc ulong[CaseSegment.Words];
        any.Clear();
        foreach (int value in values)
            Bits.Or(any, family[value]);
        Bits.And(match, any);
    }

    private void KeepLanes(Span<ulong> match, CaseSegment segment)
    {
        if (lanes.Length == 0)
            return;
        Span<ulong> any = stackalloc ulong[CaseSegment.Words];
        any.Clear();
        foreach (var (seller, customer) in lanes)
            Bits.OrIntersection(any, segment.BySeller[seller], segment.ByCustomer[customer]);
        Bits.And(match, any);
    }

    private static void KeepVariant(Span<ulong> match, CaseSegment segment, int wanted)
    {
        for (int word = 0; word < match.Length; word++)
        {
            if (match[word] != 0)
                match[word] &= ColumnScan.EqualTo(segment.Variants, word, wanted);
        }
    }

    private static Dictionary<int, ulong[]> Find(OrderIdIndex ids, string prefix)
    {
        var found = new Dictionary<int, ulong[]>();
        ids.Find(prefix, ordinal =>
        {
            if (!found.TryGetValue(ordinal / CaseSegment.Capacity, out ulong[]? bits))
                found.Add(ordinal / CaseSegment.Capacity, bits = new ulong[CaseSegment.Words]);
            Bits.Set(bits, ordinal % CaseSegment.Capacity);
        });
        return found;
    }

    private void Add(CaseSort column, TimeRange range)
    {
        if (!range.IsSet)
            return;
        long from = range.From?.UnixSeconds ?? long.MinValue, to = range.To?.UnixSeconds ?? long.MaxValue;
        // The end is the moment after the last, except where it is open.
        Add(column, from, range.To is null ? to : Math.Max(to, long.MinValue + 1) - 1);
    }

    private void Add(CaseSort column, SecondsRange range)
    {
        if (range.IsSet)
            Add(column, range.Min ?? long.MinValue, range.Max ?? long.MaxValue);
    }

    // The absent value is below every bound.
    private void Add(CaseSort column, long min, long max) => ranges.Add(new ColumnRange(column, Math.Max(min, CaseColumn.Absent + 1), max));

    private readonly record struct ColumnRange(CaseSort Column, long Min, long Max)
    {
        public bool Excludes(CaseSegment segment) => segment[Column].Max < Min || segment[Column].Min > Max;

        public void Keep(CaseSegment segment, Span<ulong> match)
        {
            var column = segment[Column];
            if (!column.HasAbsent && column.Min >= Min && column.Max <= Max)
                return;
            for (int word = 0; word < match.Length; word++)
            {
                if (match[word] != 0)
                    match[word] &= ColumnScan.Between(column.Values, word, Min, Max);
            }
        }
    }
}
