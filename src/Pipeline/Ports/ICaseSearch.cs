using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Searches case cards: the same answers in every host, for every filter, order and page.</summary>
public interface ICaseSearch
{
    /// <summary>One page of the cards that match, with their exact number and facets if asked for.</summary>
    ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default);

    /// <summary>All cards that match, in order, as of the start of the call; <see cref="CaseQuery.Limit"/> and <see cref="CaseQuery.After"/> do not apply.</summary>
    IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, CancellationToken cancellationToken = default);

    /// <summary>All cards that match, in no order, as of the start of the call.</summary>
    async ValueTask VisitAsync(CaseFilter filter, Action<CaseCard> visit, CancellationToken cancellationToken = default)
    {
        await foreach (var card in StreamAsync(new CaseQuery { Filter = filter }, cancellationToken))
            visit(card);
    }

    /// <summary>The distribution of a duration over the cards that match and have it, by group, largest group first, then by key.</summary>
    ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default);
}

/// <summary>What a search is for.</summary>
public sealed record CaseQuery
{
    /// <summary>Which cards match.</summary>
    public CaseFilter Filter { get; init; } = new();

    /// <summary>By what they are sorted; cards without the value come last, in either direction; equal values are sorted by ascending order id.</summary>
    public CaseSort Sort { get; init; } = CaseSort.OrderedAt;

    /// <summary>Whether the greatest value comes first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>Only cards after this position in the sorted result.</summary>
    public CaseCursor? After { get; init; }

    /// <summary>The most cards to return; 0 asks for the total and the facets alone.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Whether facets are counted.</summary>
    public bool WithFacets { get; init; }
}

/// <summary>Which cards match: all conditions that are set. A list matches any of its values; an empty list sets no condition.</summary>
public sealed record CaseFilter
{
    /// <summary>Current status.</summary>
    public IReadOnlyList<CaseStatus> Statuses { get; init; } = [];

    /// <summary>Whether TMS judged the order late.</summary>
    public bool? IsLate { get; init; }

    /// <summary>The seller's region; <see cref="Region.Unknown"/> matches cards without one.</summary>
    public IReadOnlyList<Region> SellerRegions { get; init; } = [];

    /// <summary>The customer's region; <see cref="Region.Unknown"/> matches cards without one.</summary>
    public IReadOnlyList<Region> CustomerRegions { get; init; } = [];

    /// <summary>The lane.</summary>
    public IReadOnlyList<Lane> Lanes { get; init; } = [];

    /// <summary>Time of order.</summary>
    public TimeRange Ordered { get; init; }

    /// <summary>Time of delivery.</summary>
    public TimeRange Delivered { get; init; }

    /// <summary>Delivery promise.</summary>
    public TimeRange Promised { get; init; }

    /// <summary>Time of the judgement that it is late.</summary>
    public TimeRange Delayed { get; init; }

    /// <summary>Time of cancellation.</summary>
    public TimeRange Cancelled { get; init; }

    /// <summary>Any of these anomalies; <see cref="CaseAnomalies.None"/> sets no condition.</summary>
    public CaseAnomalies AnyAnomaly { get; init; }

    /// <summary>The path that the events took, as <see cref="CaseVariant"/> writes it.</summary>
    public string? Variant { get; init; }

    /// <summary>The step that an open order waits in.</summary>
    public OpenStep OpenStep { get; init; }

    /// <summary>The open step began at or before this moment.</summary>
    public EventTime? OpenSinceAtMost { get; init; }

    /// <summary>Ordered to approved.</summary>
    public SecondsRange Approval { get; init; }

    /// <summary>Approved to handed off.</summary>
    public SecondsRange Handling { get; init; }

    /// <summary>Handed off to delivered.</summary>
    public SecondsRange Transit { get; init; }

    /// <summary>Ordered to delivered.</summary>
    public SecondsRange LeadTime { get; init; }

    /// <summary>The order id begins with this.</summary>
    public string? OrderIdPrefix { get; init; }
}

/// <summary>A range of event time; an end that is null is open. A card without the value matches only when both are.</summary>
/// <param name="From">First moment.</param>
/// <param name="To">The moment after the last.</param>
public readonly record struct TimeRange(EventTime? From, EventTime? To)
{
    /// <summary>Whether there is a condition at all.</summary>
    public bool IsSet => From is not null || To is not null;
}

/// <summary>A range of whole seconds, both ends included; an end that is null is open. A card without the value matches only when both are.</summary>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Greatest.</param>
public readonly record struct SecondsRange(long? Min, long? Max)
{
    /// <summary>Whether there is a condition at all.</summary>
    public bool IsSet => Min is not null || Max is not null;
}

/// <summary>What cards can be sorted by.</summary>
public enum CaseSort
{
    /// <summary>The order id.</summary>
    OrderId,

    /// <summary>Time of order.</summary>
    OrderedAt,

    /// <summary>Time of approval.</summary>
    ApprovedAt,

    /// <summary>Time of assignment to a warehouse.</summary>
    AssignedAt,

    /// <summary>Time of hand-over.</summary>
    HandoffAt,

    /// <summary>Time of delivery.</summary>
    DeliveredAt,

    /// <summary>Time of the judgement that it is late.</summary>
    DelayedAt,

    /// <summary>Time of cancellation.</summary>
    CancelledAt,

    /// <summary>Delivery promise.</summary>
    EstimatedDeliveryAt,

    /// <summary>Time of its last event.</summary>
    LastEventAt,

    /// <summary>When the open step began.</summary>
    OpenSince,

    /// <summary>Ordered to approved.</summary>
    ApprovalSeconds,

    /// <summary>Approved to handed off.</summary>
    HandlingSeconds,

    /// <summary>Handed off to delivered.</summary>
    TransitSeconds,

    /// <summary>Ordered to delivered.</summary>
    LeadTimeSeconds,

    /// <summary>Number of events.</summary>
    EventCount,
}

/// <summary>A position in a sorted result.</summary>
/// <param name="Value">The sort value of the last card seen: seconds, Unix seconds or a count; null when it had none or the sort is by order id.</param>
/// <param name="OrderId">Its order id.</param>
public sealed record CaseCursor(long? Value, OrderId OrderId);

/// <summary>One page of a search.</summary>
/// <param name="Total">How many cards match, exactly.</param>
/// <param name="Items">The cards of this page.</param>
/// <param name="Next">Where the next page begins, or null after the last.</param>
/// <param name="Facets">Counts over all cards that match, if asked for.</param>
/// <param name="AsOf">The wall-clock moment as of which the answer holds.</param>
public sealed record CasePage(long Total, IReadOnlyList<CaseCard> Items, CaseCursor? Next, CaseFacets? Facets, DateTimeOffset AsOf);

/// <summary>Counts over the cards that match, by contract name; values without a card are left out, an unknown region is the empty key.</summary>
/// <param name="Status">By status.</param>
/// <param name="SellerRegion">By the seller's region.</param>
/// <param name="CustomerRegion">By the customer's region.</param>
/// <param name="Anomalies">By anomaly; a card counts once for each that it has.</param>
public sealed record CaseFacets(
    IReadOnlyDictionary<string, long> Status,
    IReadOnlyDictionary<string, long> SellerRegion,
    IReadOnlyDictionary<string, long> CustomerRegion,
    IReadOnlyDictionary<string, long> Anomalies);

/// <summary>A duration of the card.</summary>
public enum CaseDuration
{
    /// <summary>Ordered to approved.</summary>
    Approval,

    /// <summary>Approved to handed off.</summary>
    Handling,

    /// <summary>Handed off to delivered.</summary>
    Transit,

    /// <summary>Ordered to delivered.</summary>
    LeadTime,
}

/// <summary>By what a distribution is grouped.</summary>
public enum CaseGrouping
{
    /// <summary>Not at all: one group with an empty key.</summary>
    None,

    /// <summary>By the seller's region.</summary>
    SellerRegion,

    /// <summary>By the customer's region.</summary>
    CustomerRegion,

    /// <summary>By lane, <c>SP-RJ</c>; cards in no lane are left out.</summary>
    Lane,
}

/// <summary>How a duration is distributed in a group; whole seconds, percentiles by nearest rank.</summary>
/// <param name="Key">The group.</param>
/// <param name="Count">Cards that have the duration.</param>
/// <param name="LateCount">How many of them are late.</param>
/// <param name="Average">Mean, rounded half up to four decimals.</param>
/// <param name="Min">Smallest.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">Greatest.</param>
public sealed record DurationDistribution(
    string Key, long Count, long LateCount, decimal Average, long Min, long P50, long P90, long P95, long P99, long Max);
