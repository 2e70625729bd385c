using System.Text.Json.Serialization;
using Eip.Api.Estimates;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Shipments;

/// <summary>A case card: the contract's fields at the top level (fulfillment-v1 §3), and what operators read off them. Durations are whole seconds.</summary>
public class CardItem
{
    private readonly CaseCard card;
    private readonly CardReading reading;

    /// <summary>A card as it reads at a watermark.</summary>
    public CardItem(CaseCard card, EventTime? watermark)
        : this(card, watermark, CaseProgress.Of(card))
    {
    }

    /// <summary>A card as it reads at a moment at which it stood elsewhere than now.</summary>
    private protected CardItem(CaseCard card, EventTime? moment, CaseProgress progress) => (this.card, reading) = (card, new CardReading(card, moment, progress));

    /// <summary>The order.</summary>
    public OrderId OrderId => card.OrderId;

    /// <summary>Current status.</summary>
    public CaseStatus CurrentStatus => card.CurrentStatus;

    /// <summary>Time of order.</summary>
    public EventTime? OrderedAt => card.OrderedAt;

    /// <summary>Time of approval.</summary>
    public EventTime? ApprovedAt => card.ApprovedAt;

    /// <summary>Time of assignment to a warehouse.</summary>
    public EventTime? AssignedAt => card.AssignedAt;

    /// <summary>Time of hand-over to the carrier.</summary>
    public EventTime? HandoffAt => card.HandoffAt;

    /// <summary>Time of delivery.</summary>
    public EventTime? DeliveredAt => card.DeliveredAt;

    /// <summary>When TMS judged it late.</summary>
    public EventTime? DelayedAt => card.DelayedAt;

    /// <summary>Time of cancellation.</summary>
    public EventTime? CancelledAt => card.CancelledAt;

    /// <summary>Delivery promise.</summary>
    public EventTime? EstimatedDeliveryAt => card.EstimatedDeliveryAt;

    /// <summary>The seller's region.</summary>
    public Region SellerRegion => card.SellerRegion;

    /// <summary>The customer's region.</summary>
    public Region CustomerRegion => card.CustomerRegion;

    /// <summary>Ordered to approved.</summary>
    public long? ApprovalSeconds => card.ApprovalSeconds;

    /// <summary>Approved to handed over.</summary>
    public long? HandlingSeconds => card.HandlingSeconds;

    /// <summary>Handed over to delivered.</summary>
    public long? TransitSeconds => card.TransitSeconds;

    /// <summary>Ordered to delivered.</summary>
    public long? LeadTimeSeconds => card.LeadTimeSeconds;

    /// <summary>Whether TMS judged it late.</summary>
    public bool IsLate => card.IsLate;

    /// <summary>Distinct events.</summary>
    public int EventCount => card.EventCount;

    /// <summary>The greatest event time.</summary>
    public EventTime LastEventAt => card.LastEventAt;

    /// <summary>Oddities of its history.</summary>
    public CaseAnomalies Anomalies => card.Anomalies;

    /// <summary>The step that took longest so far; the step it waits in counts up to the watermark. Null when there is none.</summary>
    [JsonPropertyOrder(10)]
    public OpenStep SlowestStep => reading.SlowestStep;

    /// <summary>How long that step took so far.</summary>
    [JsonPropertyOrder(11)]
    public long? SlowestStepSeconds => reading.SlowestStepSeconds;

    /// <summary>Seconds from delivery, or from the watermark while it is open, to the deadline of its promise; negative once the promise is broken. Null when cancelled.</summary>
    [JsonPropertyOrder(12)]
    public long? SlackSeconds => reading.SlackSeconds;

    /// <summary>The step that it waits in; null once settled.</summary>
    [JsonPropertyOrder(13)]
    public OpenStep OpenStep => reading.Progress.Step;

    /// <summary>When that step began.</summary>
    [JsonPropertyOrder(14)]
    public EventTime? OpenSince => reading.Progress.Since;

    /// <summary>How long it has waited there at the watermark.</summary>
    [JsonPropertyOrder(15)]
    public long? OpenSeconds => reading.OpenSeconds;

    /// <summary>The card itself.</summary>
    [JsonIgnore]
    internal CaseCard Card => card;
}

/// <summary>What follows from a card and the watermark.</summary>
internal struct CardReading
{
    public CardReading(CaseCard card, EventTime? watermark, CaseProgress progress)
    {
        Progress = progress;
        OpenSeconds = Progress.Since is { } since && watermark is { } now ? Math.Max(0, now - since) : null;
        if (card.CancelledAt is null && card.DeadlineAt is { } deadline && (card.DeliveredAt ?? watermark) is { } until)
            SlackSeconds = deadline - until;
        Consider(OpenStep.Approval, card.ApprovalSeconds);
        Consider(OpenStep.Handling, card.HandlingSeconds);
        Consider(OpenStep.Transit, card.TransitSeconds);
        Consider(Progress.Step, OpenSeconds);
    }

    public readonly CaseProgress Progress { get; }

    public long? OpenSeconds { get; }

    public long? SlackSeconds { get; }

    public OpenStep SlowestStep { get; private set; }

    public long? SlowestStepSeconds { get; private set; }

    private void Consider(OpenStep step, long? seconds)
    {
        if (seconds is not { } known || known <= SlowestStepSeconds)
            return;
        SlowestStep = step;
        SlowestStepSeconds = known;
    }
}

/// <summary>How an order's lane does, beside the order's own time. Hours, as route statistics have them (fulfillment-v1 §4).</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Days">Over how many days up to the watermark.</param>
/// <param name="SampleCount">Deliveries in them.</param>
/// <param name="P50">Median lead time in hours.</param>
/// <param name="P95">95th percentile of the lead time in hours.</param>
/// <param name="OwnHours">This order's lead time, or its age at the watermark while it is open, in hours; null when cancelled or never placed.</param>
public sealed record LaneComparison(Lane Lane, int Days, int SampleCount, decimal? P50, decimal? P95, decimal? OwnHours);

/// <summary>One order's card with everything around it.</summary>
public sealed class CardDocument : CardItem
{
    /// <summary>The card of a snapshot.</summary>
    public CardDocument(CaseSnapshot snapshot, LaneComparison? lane, DeliveryEstimate? estimate, EventTime asOf, EventTime? watermark)
        : base(snapshot.Card, watermark)
    {
        Variant = snapshot.Variant;
        Lane = lane;
        Estimate = estimate;
        AsOf = asOf;
        Watermark = watermark;
    }

    /// <summary>The path that its events took.</summary>
    [JsonPropertyOrder(20)]
    public string Variant { get; }

    /// <summary>Its lane's figures beside its own; null when it is in no lane.</summary>
    [JsonPropertyOrder(21)]
    public LaneComparison? Lane { get; }

    /// <summary>When it is likely to arrive, and how likely that is too late; null once settled.</summary>
    [JsonPropertyOrder(22)]
    public DeliveryEstimate? Estimate { get; }

    /// <summary>The wall-clock moment as of which the answer holds.</summary>
    [JsonPropertyOrder(1000)]
    public EventTime AsOf { get; }

    /// <summary>The greatest event time that was folded at that moment.</summary>
    [JsonPropertyOrder(1001)]
    public EventTime? Watermark { get; }
}
