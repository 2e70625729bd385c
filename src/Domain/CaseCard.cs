namespace Eip.Domain;

/// <summary>An order's status, as its events leave it (fulfillment-v1 §1, §3). Persisted values never change.</summary>
public enum CaseStatus : byte
{
    /// <summary>Nothing but an order, or not even that yet.</summary>
    Placed = 1,

    /// <summary>Payment was approved.</summary>
    Approved = 2,

    /// <summary>A warehouse has it.</summary>
    Assigned = 3,

    /// <summary>A carrier has it.</summary>
    HandedOff = 4,

    /// <summary>Its deadline passed without delivery.</summary>
    Delayed = 5,

    /// <summary>The customer has it.</summary>
    Delivered = 6,

    /// <summary>It was cancelled.</summary>
    Cancelled = 7,
}

/// <summary>Oddities of an order's history (fulfillment-v1 §3). Persisted values never change.</summary>
[Flags]
public enum CaseAnomalies : byte
{
    /// <summary>Nothing odd.</summary>
    None = 0,

    /// <summary>Handed to the carrier before it was approved.</summary>
    HandoffBeforeApproval = 1,

    /// <summary>Delivered before it was handed to the carrier.</summary>
    DeliveryBeforeHandoff = 2,

    /// <summary>Handed over or delivered, never approved.</summary>
    MissingApproval = 4,

    /// <summary>Delivered, never handed over.</summary>
    MissingHandoff = 8,

    /// <summary>Both delivered and cancelled.</summary>
    DeliveredAndCancelled = 16,

    /// <summary>One type of event at two times.</summary>
    RepeatedMilestone = 32,
}

/// <summary>The case card: an order at a glance (fulfillment-v1 §3). Durations are whole seconds.</summary>
public sealed class CaseCard
{
    private readonly MilestoneTimes times;

    /// <summary>A card of what a fold over the order's events found.</summary>
    public CaseCard(
        OrderId orderId,
        MilestoneTimes times,
        EventTime? estimatedDeliveryAt,
        Region sellerRegion,
        Region customerRegion,
        int eventCount,
        EventTime lastEventAt,
        bool hasRepeatedMilestone)
    {
        OrderId = orderId;
        this.times = times;
        EstimatedDeliveryAt = estimatedDeliveryAt;
        SellerRegion = sellerRegion;
        CustomerRegion = customerRegion;
        EventCount = eventCount;
        LastEventAt = lastEventAt;
        Anomalies = FindAnomalies(hasRepeatedMilestone);
    }

    /// <summary>The order.</summary>
    public OrderId OrderId { get; }

    /// <summary>The first that applies of cancelled, delivered, delayed, handed off, assigned, approved, placed.</summary>
    public CaseStatus CurrentStatus =>
        CancelledAt is not null ? CaseStatus.Cancelled
        : DeliveredAt is not null ? CaseStatus.Delivered
        : DelayedAt is not null ? CaseStatus.Delayed
        : HandoffAt is not null ? CaseStatus.HandedOff
        : AssignedAt is not null ? CaseStatus.Assigned
        : ApprovedAt is not null ? CaseStatus.Approved
        : CaseStatus.Placed;

    /// <summary>Earliest ORDER_PLACED.</summary>
    public EventTime? OrderedAt => times[EventType.OrderPlaced];

    /// <summary>Earliest ORDER_APPROVED.</summary>
    public EventTime? ApprovedAt => times[EventType.OrderApproved];

    /// <summary>Earliest WAREHOUSE_ASSIGNED.</summary>
    public EventTime? AssignedAt => times[EventType.WarehouseAssigned];

    /// <summary>Earliest HANDED_TO_CARRIER.</summary>
    public EventTime? HandoffAt => times[EventType.HandedToCarrier];

    /// <summary>Earliest DELIVERED.</summary>
    public EventTime? DeliveredAt => times[EventType.Delivered];

    /// <summary>Earliest DELIVERY_DELAYED.</summary>
    public EventTime? DelayedAt => times[EventType.DeliveryDelayed];

    /// <summary>Earliest ORDER_CANCELLED.</summary>
    public EventTime? CancelledAt => times[EventType.OrderCancelled];

    /// <summary>The delivery promise that is known last.</summary>
    public EventTime? EstimatedDeliveryAt { get; }

    /// <summary>The last second that keeps that promise.</summary>
    public EventTime? DeadlineAt => EstimatedDeliveryAt is { } promise ? Deadline.Of(promise) : null;

    /// <summary>The seller's region.</summary>
    public Region SellerRegion { get; }

    /// <summary>The customer's region.</summary>
    public Region CustomerRegion { get; }

    /// <summary>The lane, or null when a region is unknown.</summary>
    public Lane? Lane => Domain.Lane.Of(SellerRegion, CustomerRegion);

    /// <summary>Seconds from ordered to approved.</summary>
    public long? ApprovalSeconds => times.Seconds(EventType.OrderPlaced, EventType.OrderApproved);

    /// <summary>Seconds from approved to handed off.</summary>
    public long? HandlingSeconds => times.Seconds(EventType.OrderApproved, EventType.HandedToCarrier);

    /// <summary>Seconds from handed off to delivered.</summary>
    public long? TransitSeconds => times.Seconds(EventType.HandedToCarrier, EventType.Delivered);

    /// <summary>Seconds from ordered to delivered.</summary>
    public long? LeadTimeSeconds => times.Seconds(EventType.OrderPlaced, EventType.Delivered);

    /// <summary>Whether TMS judged the order late; nothing else makes it so.</summary>
    public bool IsLate => DelayedAt is not null;

    /// <summary>How many distinct events the order has.</summary>
    public int EventCount { get; }

    /// <summary>The greatest event time.</summary>
    public EventTime LastEventAt { get; }

    /// <summary>The oddities of its history.</summary>
    public CaseAnomalies Anomalies { get; }

    private CaseAnomalies FindAnomalies(bool hasRepeatedMilestone)
    {
        var found = CaseAnomalies.None;
        if (HandoffAt < ApprovedAt)
            found |= CaseAnomalies.HandoffBeforeApproval;
        if (DeliveredAt < HandoffAt)
            found |= CaseAnomalies.DeliveryBeforeHandoff;
        if (ApprovedAt is null && (HandoffAt is not null || DeliveredAt is not null))
            found |= CaseAnomalies.MissingApproval;
        if (DeliveredAt is not null && HandoffAt is null)
            found |= CaseAnomalies.MissingHandoff;
        if (DeliveredAt is not null && CancelledAt is not null)
            found |= CaseAnomalies.DeliveredAndCancelled;
        if (hasRepeatedMilestone)
            found |= CaseAnomalies.RepeatedMilestone;
        return found;
    }
}

/// <summary>The contract's names of statuses and anomalies.</summary>
public static class CaseNames
{
    private static readonly string[] Statuses = ["", "PLACED", "APPROVED", "ASSIGNED", "HANDED_OFF", "DELAYED", "DELIVERED", "CANCELLED"];

    private static readonly string[] AnomalyNames =
        ["HANDOFF_BEFORE_APPROVAL", "DELIVERY_BEFORE_HANDOFF", "MISSING_APPROVAL", "MISSING_HANDOFF", "DELIVERED_AND_CANCELLED", "REPEATED_MILESTONE"];

    /// <summary>All statuses.</summary>
    public static IReadOnlyList<CaseStatus> AllStatuses { get; } = Enum.GetValues<CaseStatus>();

    /// <summary>All anomalies, one flag each, in the contract's order.</summary>
    public static IReadOnlyList<CaseAnomalies> AllAnomalies { get; } = [.. AnomalyNames.Select((_, i) => (CaseAnomalies)(1 << i))];

    /// <summary>The contract's name, such as HANDED_OFF.</summary>
    public static string Name(this CaseStatus status) => Statuses[(int)status];

    /// <summary>The contract's names of the flags that are set, in the contract's order.</summary>
    public static IEnumerable<string> Names(this CaseAnomalies anomalies) =>
        AnomalyNames.Where((_, i) => anomalies.HasFlag((CaseAnomalies)(1 << i)));

    /// <summary>Reads a status name.</summary>
    public static bool TryParse(string name, out CaseStatus status)
    {
        int index = Array.IndexOf(Statuses, name);
        status = (CaseStatus)Math.Max(index, 0);
        return index > 0;
    }

    /// <summary>Reads the name of one anomaly.</summary>
    public static bool TryParse(string name, out CaseAnomalies anomaly)
    {
        int index = Array.IndexOf(AnomalyNames, name);
        anomaly = index < 0 ? CaseAnomalies.None : (CaseAnomalies)(1 << index);
        return index >= 0;
    }
}
