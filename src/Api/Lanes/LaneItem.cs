using System.Text.Json.Serialization;
using Eip.Api.Json;
using Eip.Domain;

namespace Eip.Api.Lanes;

/// <summary>Figures over a day or a window (fulfillment-v1 §4); hours and rates to four decimals, null without a sample.</summary>
public class KpiItem
{
    private readonly LaneKpis kpis;

    /// <summary>Figures as JSON has them.</summary>
    public KpiItem(LaneKpis kpis) => this.kpis = kpis;

    /// <summary>Deliveries.</summary>
    [JsonPropertyOrder(10)]
    public int SampleCount => kpis.SampleCount;

    /// <summary>Mean time from ordered to delivered.</summary>
    [JsonPropertyOrder(11)]
    public decimal? AvgLeadTimeHours => kpis.AvgLeadTimeHours;

    /// <summary>Median of it.</summary>
    [JsonPropertyOrder(12)]
    public decimal? P50LeadTimeHours => kpis.P50LeadTimeHours;

    /// <summary>95th percentile of it.</summary>
    [JsonPropertyOrder(13)]
    public decimal? P95LeadTimeHours => kpis.P95LeadTimeHours;

    /// <summary>Deliveries that TMS had judged late.</summary>
    [JsonPropertyOrder(14)]
    public int LateCount => kpis.LateCount;

    /// <summary>Late deliveries by deliveries.</summary>
    [JsonPropertyOrder(15)]
    public decimal? LateRate => kpis.LateRate;

    /// <summary>Mean time from approved to handed over.</summary>
    [JsonPropertyOrder(16)]
    public decimal? AvgHandlingHours => kpis.AvgHandlingHours;

    /// <summary>Mean time from handed over to delivered.</summary>
    [JsonPropertyOrder(17)]
    public decimal? AvgTransitHours => kpis.AvgTransitHours;

    /// <summary>Promises broken.</summary>
    [JsonPropertyOrder(18)]
    public int BreachCount => kpis.BreachCount;

    /// <summary>Orders cancelled, of those in a lane; the overview counts those in none as well.</summary>
    [JsonPropertyOrder(19)]
    public int CancelledCount => kpis.CancelledCount;

    /// <summary>Promises whose deadline falls into it, open and overdue ones included.</summary>
    [JsonPropertyOrder(20)]
    public int PromisedCount => kpis.PromisedCount;

    /// <summary>Promises kept: delivered and not late.</summary>
    [JsonPropertyOrder(21)]
    public int KeptCount => kpis.KeptCount;

    /// <summary>Promises kept by promises; null without a promise.</summary>
    [JsonPropertyOrder(22)]
    public decimal? OnTimeRate => kpis.OnTimeRate;
}

/// <summary>Figures over the last so many days up to and including a day.</summary>
public sealed class WindowItem(int days, DateOnly to, LaneKpis kpis) : KpiItem(kpis)
{
    /// <summary>How many days.</summary>
    public int Days => days;

    /// <summary>The last of them.</summary>
    public DateOnly To => to;
}

/// <summary>Figures of one day.</summary>
public sealed class DayItem(DateOnly statDate, LaneKpis kpis) : KpiItem(kpis)
{
    /// <summary>The UTC day.</summary>
    public DateOnly StatDate => statDate;
}

/// <summary>A lane and its figures over a window.</summary>
public sealed class LaneItem(Lane lane, LaneKpis kpis, LaneExplanation? explain) : KpiItem(kpis)
{
    /// <summary>The lane.</summary>
    public Lane Lane => lane;

    /// <summary>The seller's region.</summary>
    public Region SellerRegion => lane.Seller;

    /// <summary>The customer's region.</summary>
    public Region CustomerRegion => lane.Customer;

    /// <summary>Why to avoid the lane, or not; null unless asked for.</summary>
    [JsonPropertyOrder(30)]
    public LaneExplanation? Explain => explain;
}

/// <summary>One lane: today, rolling, and why to avoid it or not.</summary>
public sealed class LaneDocument : AnswerDocument
{
    /// <summary>The lane.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The seller's region.</summary>
    public Region SellerRegion => Lane.Seller;

    /// <summary>The customer's region.</summary>
    public Region CustomerRegion => Lane.Customer;

    /// <summary>What is counted.</summary>
    public required string Counted { get; init; }

    /// <summary>The period asked for.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>Figures of its last day.</summary>
    public required DayItem Today { get; init; }

    /// <summary>Rolling figures over 7, 30 and 90 days up to its last day.</summary>
    public required IReadOnlyList<WindowItem> Rolling { get; init; }

    /// <summary>Figures over the period.</summary>
    public required WindowItem Total { get; init; }

    /// <summary>Why to avoid it, or not, over the period.</summary>
    public required LaneExplanation Explain { get; init; }
}

/// <summary>Two lanes side by side.</summary>
public sealed class LaneComparisonDocument : AnswerDocument
{
    /// <summary>Over how many days.</summary>
    public required int Days { get; init; }

    /// <summary>What is counted.</summary>
    public required string Counted { get; init; }

    /// <summary>The period.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>The first lane.</summary>
    public required LaneItem A { get; init; }

    /// <summary>The second lane.</summary>
    public required LaneItem B { get; init; }

    /// <summary>On-time rate of B minus that of A.</summary>
    public decimal? OnTimeRateDifference { get; init; }

    /// <summary>Late rate of B minus that of A.</summary>
    public decimal? LateRateDifference { get; init; }

    /// <summary>95th percentile of lead time of B minus that of A, in hours.</summary>
    public decimal? P95LeadTimeDifferenceHours { get; init; }

    /// <summary>Whether the two intervals of the on-time rate lie apart, so that the difference is more than chance.</summary>
    public required bool IsSignificant { get; init; }

    /// <summary>The lane to prefer; null when the figures do not tell.</summary>
    public Lane? Prefer { get; init; }
}
