using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Testing;

/// <summary>The search port read literally over a plain list of cases: slow, and short enough to be seen to be right.</summary>
public static class ReferenceSearch
{
    /// <summary>The cards that match, in order.</summary>
    public static IReadOnlyList<CaseSnapshot> Sorted(IEnumerable<CaseSnapshot> cases, CaseQuery query)
    {
        var matching = cases.Where(@case => Matches(query.Filter, @case)).ToList();
        matching.Sort((left, right) => Compare(query, PositionOf(query, left.Card), PositionOf(query, right.Card)));
        return matching;
    }

    public static CasePage Search(IEnumerable<CaseSnapshot> cases, CaseQuery query)
    {
        var sorted = Sorted(cases, query);
        var rest = sorted.Where(@case => query.After is null || Compare(query, PositionOf(query, @case.Card), query.After) > 0).ToList();
        var items = rest.Take(query.Limit).Select(static @case => @case.Card).ToList();
        return new CasePage(
            sorted.Count,
            items,
            items.Count > 0 && rest.Count > items.Count ? PositionOf(query, items[^1]) : null,
            query.WithFacets ? FacetsOf(sorted) : null,
            default);
    }

    public static IReadOnlyList<DurationDistribution> Measure(
        IEnumerable<CaseSnapshot> cases, CaseFilter filter, CaseDuration duration, CaseGrouping grouping) =>
    [
        .. cases.Where(@case => Matches(filter, @case) && DurationOf(@case.Card, duration) is not null && GroupOf(@case.Card, grouping) is not null)
            .GroupBy(@case => GroupOf(@case.Card, grouping)!)
            .Select(group => DistributionOf(group.Key, [.. group.Select(static @case => @case.Card)], duration))
            .OrderByDescending(static distribution => distribution.Count)
            .ThenBy(static distribution => distribution.Key, StringComparer.Ordinal),
    ];

    /// <summary>Where a card stands in a sorted result.</summary>
    public static CaseCursor PositionOf(CaseQuery query, CaseCard card) => new(ValueOf(card, query.Sort), card.OrderId);

    private static bool Matches(CaseFilter filter, CaseSnapshot @case)
    {
        var card = @case.Card;
        var progress = CaseProgress.Of(card);
        return (filter.Statuses.Count == 0 || filter.Statuses.Contains(card.CurrentStatus))
            && (filter.IsLate is null || filter.IsLate == card.IsLate)
            && (filter.SellerRegions.Count == 0 || filter.SellerRegions.Contains(card.SellerRegion))
            && (filter.CustomerRegions.Count == 0 || filter.CustomerRegions.Contains(card.CustomerRegion))
            && (filter.Lanes.Count == 0 || (card.Lane is { } lane && filter.Lanes.Contains(lane)))
            && Within(filter.Ordered, card.OrderedAt)
            && Within(filter.Delivered, card.DeliveredAt)
            && Within(filter.Promised, card.EstimatedDeliveryAt)
            && Within(filter.Delayed, card.DelayedAt)
            && Within(filter.Cancelled, card.CancelledAt)
            && (filter.AnyAnomaly == CaseAnomalies.None || (filter.AnyAnomaly & card.Anomalies) != CaseAnomalies.None)
            && (filter.Variant is null || filter.Variant == @case.Variant)
            && (filter.OpenStep == OpenStep.None || filter.OpenStep == progress.Step)
            && (filter.OpenSinceAtMost is null || progress.Since <= filter.OpenSinceAtMost)
            && Within(filter.Approval, card.ApprovalSeconds)
            && Within(filter.Handling, card.HandlingSeconds)
            && Within(filter.Transit, card.TransitSeconds)
            && Within(filter.LeadTime, card.LeadTimeSeconds)
            && Encoding.UTF8.GetBytes(card.OrderId.ToString()).AsSpan().StartsWith(Encoding.UTF8.GetBytes(filter.OrderIdPrefix ?? ""));
    }

    private static bool Within(TimeRange range, EventTime? time) =>
        !range.IsSet || (time is not null && (range.From is null || time >= range.From) && (range.To is null || time < range.To));

    private static bool Within(SecondsRange range, long? seconds) =>
        !range.IsSet || (seconds is not null && (range.Min is null || seconds >= range.Min) && (range.Max is null || seconds <= range.Max));

    private static int Compare(CaseQuery query, CaseCursor left, CaseCursor right)
    {
        int byId = left.OrderId.CompareTo(right.OrderId);
        if (query.Sort == CaseSort.OrderId)
            return query.Descending ? -byId : byId;
        if (left.Value == right.Value)
            return byId;
        if (left.Value is not { } first)
            return 1;
        return right.Value is not { } second ? -1 : query.Descending ? second.CompareTo(first) : first.CompareTo(second);
    }

    private static long? ValueOf(CaseCard card, CaseSort sort) => sort switch
    {
        CaseSort.OrderId => null,
        CaseSort.OrderedAt => card.OrderedAt?.UnixSeconds,
        CaseSort.ApprovedAt => card.ApprovedAt?.UnixSeconds,
        CaseSort.AssignedAt => card.AssignedAt?.UnixSeconds,
        CaseSort.HandoffAt => card.HandoffAt?.UnixSeconds,
        CaseSort.DeliveredAt => card.DeliveredAt?.UnixSeconds,
        CaseSort.DelayedAt => card.DelayedAt?.UnixSeconds,
        CaseSort.CancelledAt => card.CancelledAt?.UnixSeconds,
        CaseSort.EstimatedDeliveryAt => card.EstimatedDeliveryAt?.UnixSeconds,
        CaseSort.LastEventAt => card.LastEventAt.UnixSeconds,
        CaseSort.OpenSince => CaseProgress.Of(card).Since?.UnixSeconds,
        CaseSort.ApprovalSeconds => card.ApprovalSeconds,
        CaseSort.HandlingSeconds => card.HandlingSeconds,
        CaseSort.TransitSeconds => card.TransitSeconds,
        CaseSort.LeadTimeSeconds => card.LeadTimeSeconds,
        _ => card.EventCount,
    };

    private static long? DurationOf(CaseCard card, CaseDuration duration) => duration switch
    {
        CaseDuration.Approval => card.ApprovalSeconds,
        CaseDuration.Handling => card.HandlingSeconds,
        CaseDuration.Transit => card.TransitSeconds,
        _ => card.LeadTimeSeconds,
    };

    private static string? GroupOf(CaseCard card, CaseGrouping grouping) => grouping switch
    {
        CaseGrouping.SellerRegion => card.SellerRegion.ToString(),
        CaseGrouping.CustomerRegion => card.CustomerRegion.ToString(),
        CaseGrouping.Lane => card.Lane is { } lane ? $"{lane.Seller}-{lane.Customer}" : null,
        _ => "",
    };

    private static DurationDistribution DistributionOf(string key, List<CaseCard> cards, CaseDuration duration)
    {
        long[] sorted = [.. cards.Select(card => DurationOf(card, duration)!.Value).Order()];
        return new DurationDistribution(
            key,
            sorted.Length,
            cards.Count(static card => card.IsLate),
            Rounding.Quotient(sorted.Sum(), sorted.Length)!.Value,
            sorted[0],
            KpiAccumulator.NearestRank(sorted, 50),
            KpiAccumulator.NearestRank(sorted, 90),
            KpiAccumulator.NearestRank(sorted, 95),
            KpiAccumulator.NearestRank(sorted, 99),
            sorted[^1]);
    }

    private static CaseFacets FacetsOf(IReadOnlyList<CaseSnapshot> cases) => new(
        Count(cases.Select(static @case => @case.Card.CurrentStatus.Name())),
        Count(cases.Select(static @case => @case.Card.SellerRegion.ToString())),
        Count(cases.Select(static @case => @case.Card.CustomerRegion.ToString())),
        Count(cases.SelectMany(static @case => @case.Card.Anomalies.Names())));

    private static Dictionary<string, long> Count(IEnumerable<string> names) =>
        names.CountBy(static name => name).ToDictionary(static count => count.Key, static count => (long)count.Value);
}
