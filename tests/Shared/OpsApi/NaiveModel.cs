using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Tests.OpsApi;

/// <summary>
/// The contract read as plainly as can be: folds in a dictionary, every question a loop over all cards. It is what answers are held against, so it
/// shares no code with any index.
/// </summary>
public sealed class NaiveModel
{
    private readonly Dictionary<OrderId, FulfillmentCase> cases = [];

    /// <summary>A model of some events.</summary>
    public static NaiveModel Of(IEnumerable<FulfillmentEvent> events)
    {
        var model = new NaiveModel();
        foreach (var @event in events)
            model.Apply(@event);
        return model;
    }

    /// <summary>The cases.</summary>
    public IReadOnlyDictionary<OrderId, FulfillmentCase> Cases => cases;

    /// <summary>The greatest event time.</summary>
    public EventTime? Watermark { get; private set; }

    /// <summary>Folds an event; false when it was known.</summary>
    public bool Apply(in FulfillmentEvent @event)
    {
        if (!cases.TryGetValue(@event.OrderId, out var @case))
            cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
        if (Watermark is null || @event.EventAt > Watermark)
            Watermark = @event.EventAt;
        return @case.Apply(@event);
    }

    /// <summary>All cards that match, in order.</summary>
    public List<CaseCard> Search(CaseQuery query)
    {
        var found = cases.Values.Where(@case => Matches(@case, query.Filter)).Select(static @case => @case.ToCard()).ToList();
        found.Sort((left, right) => Compare(query, Value(left, query.Sort), left.OrderId, Value(right, query.Sort), right.OrderId));
        return found;
    }

    /// <summary>One page of them.</summary>
    public CasePage Page(CaseQuery query, DateTimeOffset asOf)
    {
        var found = Search(query);
        var rest = query.After is { } after
            ? found.Where(card => Compare(query, Value(card, query.Sort), card.OrderId, after.Value, after.OrderId) > 0).ToList()
            : found;
        var items = rest.Take(query.Limit).ToList();
        var next = rest.Count > items.Count && items.Count > 0 ? new CaseCursor(Value(items[^1], query.Sort), items[^1].OrderId) : null;
        return new CasePage(found.Count, items, next, query.WithFacets ? Facets(found) : null, asOf);
    }

    /// <summary>Counts by value.</summary>
    public static CaseFacets Facets(IEnumerable<CaseCard> cards)
    {
        static Dictionary<string, long> Count(IEnumerable<string> keys) =>
            keys.GroupBy(static key => key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.LongCount(), StringComparer.Ordinal);
        var all = cards.ToList();
        return new CaseFacets(
            Count(all.Select(static card => card.CurrentStatus.Name())),
            Count(all.Select(static card => card.SellerRegion.ToString())),
            Count(all.Select(static card => card.CustomerRegion.ToString())),
            Count(all.SelectMany(static card => card.Anomalies.Names())));
    }

    /// <summary>Distributions by group.</summary>
    public List<DurationDistribution> Measure(CaseFilter filter, CaseDuration duration, CaseGrouping grouping)
    {
        var groups = new SortedDictionary<string, List<(long Seconds, bool IsLate)>>(StringComparer.Ordinal);
        foreach (var card in cases.Values.Where(@case => Matches(@case, filter)).Select(static @case => @case.ToCard()))
        {
            string? key = grouping switch
            {
                CaseGrouping.None => "",
                CaseGrouping.SellerRegion => card.SellerRegion.ToString(),
                CaseGrouping.CustomerRegion => card.CustomerRegion.ToString(),
                _ => card.Lane is { } lane ? $"{lane.Seller}-{lane.Customer}" : null,
            };
            if (key is null || Seconds(card, duration) is not { } seconds)
                continue;
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = []);
            group.Add((seconds, card.IsLate));
        }

        return [.. groups.Select(static group => Distribution(group.Key, group.Value)).OrderByDescending(static group => group.Count).ThenBy(static group => group.Key, StringComparer.Ordinal)];
    }

    /// <summary>The ledgers of all lanes.</summary>
    public NetworkLedger Ledger()
    {
        var ledger = new NetworkLedger();
        foreach (var @case in cases.Values)
            ledger.Replace(null, @case.Contribution());
        return ledger;
    }

    /// <summary>Whether a card matches.</summary>
    public static bool Matches(FulfillmentCase @case, CaseFilter filter)
    {
        var card = @case.ToCard();
        var progress = CaseProgress.Of(card);
        bool In(TimeRange range, EventTime? at) => !range.IsSet || (at is { } known && (range.From is null || known >= range.From) && (range.To is null || known < range.To));
        bool Within(SecondsRange range, long? value) => !range.IsSet || (value is { } known && (range.Min is null || known >= range.Min) && (range.Max is null || known <= range.Max));
        return (filter.Statuses.Count == 0 || filter.Statuses.Contains(card.CurrentStatus))
            && (filter.IsLate is null || filter.IsLate == card.IsLate)
            && (filter.SellerRegions.Count == 0 || filter.SellerRegions.Contains(card.SellerRegion))
            && (filter.CustomerRegions.Count == 0 || filter.CustomerRegions.Contains(card.CustomerRegion))
            && (filter.Lanes.Count == 0 || (card.Lane is { } lane && filter.Lanes.Contains(lane)))
            && In(filter.Ordered, card.OrderedAt) && In(filter.Delivered, card.DeliveredAt) && In(filter.Promised, card.EstimatedDeliveryAt)
            && In(filter.Delayed, card.DelayedAt) && In(filter.Cancelled, card.CancelledAt)
            && (filter.AnyAnomaly == CaseAnomalies.None || (filter.AnyAnomaly & card.Anomalies) != CaseAnomalies.None)
            && (filter.Variant is null || filter.Variant == CaseVariant.Of(@case.ToTimeline()))
            && (filter.OpenStep == OpenStep.None || filter.OpenStep == progress.Step)
            && (filter.OpenSinceAtMost is null || (progress.Since is { } since && since <= filter.OpenSinceAtMost))
            && Within(filter.Approval, card.ApprovalSeconds) && Within(filter.Handling, card.HandlingSeconds)
            && Within(filter.Transit, card.TransitSeconds) && Within(filter.LeadTime, card.LeadTimeSeconds)
            && (filter.OrderIdPrefix is null || card.OrderId.ToString().StartsWith(filter.OrderIdPrefix, StringComparison.Ordinal));
    }

    /// <summary>What a card is sorted by.</summary>
    public static long? Value(CaseCard card, CaseSort sort) => sort switch
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
        CaseSort.EventCount => card.EventCount,
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, "Not a sort."),
    };

    private static long? Seconds(CaseCard card, CaseDuration duration) => duration switch
    {
        CaseDuration.Approval => card.ApprovalSeconds,
        CaseDuration.Handling => card.HandlingSeconds,
        CaseDuration.Transit => card.TransitSeconds,
        _ => card.LeadTimeSeconds,
    };

    private static int Compare(CaseQuery query, long? left, OrderId leftId, long? right, OrderId rightId)
    {
        if (query.Sort == CaseSort.OrderId)
            return query.Descending ? rightId.CompareTo(leftId) : leftId.CompareTo(rightId);
        if (left != right)
            return left is null ? 1 : right is null ? -1 : query.Descending ? right.Value.CompareTo(left.Value) : left.Value.CompareTo(right.Value);
        return leftId.CompareTo(rightId);
    }

    private static DurationDistribution Distribution(string key, List<(long Seconds, bool IsLate)> values)
    {
        long[] sorted = [.. values.Select(static value => value.Seconds).Order()];
        long Rank(int percent) => sorted[Math.Max(1, (int)Math.Ceiling(sorted.Length * percent / 100m)) - 1];
        decimal average = Rounding.Quotient(sorted.Sum(), sorted.Length)!.Value;
        return new DurationDistribution(key, sorted.Length, values.LongCount(static value => value.IsLate), average, sorted[0], Rank(50), Rank(90), Rank(95), Rank(99), sorted[^1]);
    }
}
