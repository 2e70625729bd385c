using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Eip.Api.Json;
using Eip.Api.Shipments;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Scenarios;

/// <summary>Broken promises: a list of cards with their number by state.</summary>
public sealed class SlaViolationsDocument : ListDocument<CardItem>
{
    /// <summary>Late orders that are still under way.</summary>
    [JsonPropertyOrder(10)]
    public required long Open { get; init; }

    /// <summary>Late orders that were delivered or cancelled since.</summary>
    [JsonPropertyOrder(11)]
    public required long Settled { get; init; }
}

/// <summary>How a duration is distributed, in whole seconds; percentiles by nearest rank.</summary>
public sealed class DistributionItem(DurationDistribution distribution)
{
    /// <summary>The group: a region, a lane, or empty for all.</summary>
    public string Key => distribution.Key.Length == 0 ? "all" : distribution.Key;

    /// <summary>Orders that have the duration.</summary>
    public long Count => distribution.Count;

    /// <summary>How many of them are late.</summary>
    public long LateCount => distribution.LateCount;

    /// <summary>Mean.</summary>
    public decimal AverageSeconds => distribution.Average;

    /// <summary>Smallest.</summary>
    public long MinSeconds => distribution.Min;

    /// <summary>Median.</summary>
    public long P50Seconds => distribution.P50;

    /// <summary>90th percentile.</summary>
    public long P90Seconds => distribution.P90;

    /// <summary>95th percentile.</summary>
    public long P95Seconds => distribution.P95;

    /// <summary>99th percentile.</summary>
    public long P99Seconds => distribution.P99;

    /// <summary>Greatest.</summary>
    public long MaxSeconds => distribution.Max;
}

/// <summary>A change against the period before.</summary>
/// <param name="Count">Orders now minus before.</param>
/// <param name="AverageSeconds">Mean now minus before.</param>
/// <param name="P50Seconds">Median now minus before.</param>
/// <param name="P95Seconds">95th percentile now minus before.</param>
public sealed record DistributionChange(long Count, decimal AverageSeconds, long P50Seconds, long P95Seconds);

/// <summary>Where a step of fulfillment takes long.</summary>
public sealed class BottleneckDocument : AnswerDocument
{
    /// <summary>The step: <c>handling</c> or <c>transit</c>.</summary>
    [AllowedValues("handling", "transit")]
    public required string Step { get; init; }

    /// <summary>The period measured.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>The period of equal length before.</summary>
    public required PeriodItem PreviousPeriod { get; init; }

    /// <summary>Its distribution over all orders of the period; null when none has it.</summary>
    public DistributionItem? Distribution { get; init; }

    /// <summary>The same over the period of equal length before.</summary>
    public DistributionItem? Previous { get; init; }

    /// <summary>What changed between the two; null when either is empty.</summary>
    public DistributionChange? Change { get; init; }

    /// <summary>The sellers' regions with the longest 95th percentile.</summary>
    public required IReadOnlyList<DistributionItem> WorstSellerRegions { get; init; }

    /// <summary>The orders of the period that took longest.</summary>
    public required IReadOnlyList<CardItem> WorstOrders { get; init; }

    /// <summary>How many orders wait in this step now.</summary>
    public required long WaitingCount { get; init; }

    /// <summary>Those that wait longest.</summary>
    public required IReadOnlyList<CardItem> WaitingLongest { get; init; }
}

/// <summary>How late a region's or a lane's orders are.</summary>
public sealed class DelayItem
{
    /// <summary>The region, <c>unknown</c>, or the lane.</summary>
    public required string Key { get; init; }

    /// <summary>Deliveries in the period.</summary>
    public required long DeliveredCount { get; init; }

    /// <summary>Late ones of them.</summary>
    public required long LateCount { get; init; }

    /// <summary>Late deliveries by deliveries; null without a delivery.</summary>
    public decimal? LateRate { get; init; }

    /// <summary>Lower bound of the rate's 95 % confidence interval (Wilson).</summary>
    public decimal? LateRateLow { get; init; }

    /// <summary>Upper bound of it.</summary>
    public decimal? LateRateHigh { get; init; }

    /// <summary>Late orders that are still under way now; null where it is not counted.</summary>
    public long? OpenLateCount { get; init; }

    /// <summary>Promises broken in the period; null where it is not counted.</summary>
    public long? BreachCount { get; init; }

    /// <summary>Median lead time of the deliveries, in hours.</summary>
    public decimal? P50LeadTimeHours { get; init; }

    /// <summary>95th percentile of it, in hours.</summary>
    public decimal? P95LeadTimeHours { get; init; }
}

/// <summary>An order without progress for longer than nearly all others needed.</summary>
public sealed class StuckItem(CaseCard card, EventTime moment, CaseProgress progress, long normSeconds, bool isLaneNorm) : CardItem(card, moment, progress)
{
    /// <summary>The 95th percentile of the step, which the order has exceeded.</summary>
    [JsonPropertyOrder(20)]
    public long NormSeconds => normSeconds;

    /// <summary><c>lane</c>, or <c>network</c> when the lane has too few samples.</summary>
    [JsonPropertyOrder(21)]
    public string NormOf => isLaneNorm ? "lane" : "network";

    /// <summary>How long it has waited beyond that.</summary>
    [JsonPropertyOrder(22)]
    public long? ExcessSeconds => OpenSeconds - NormSeconds;

    /// <summary>When it became stuck: the moment at which its step had lasted as long as the norm.</summary>
    [JsonPropertyOrder(23)]
    public EventTime? StuckSince => OpenSince is { } since ? since + NormSeconds : null;
}
