namespace Eip.Domain;

/// <summary>
/// What one order adds to the figures of its lane (fulfillment-v1 §4). It follows from the card alone; when the card changes, the old
/// contribution is taken back and the new one is added.
/// </summary>
/// <param name="Lane">The order's lane.</param>
/// <param name="CancelledDay">The day (<see cref="EventTime.DayNumber"/>) of its cancellation; then there is nothing else.</param>
/// <param name="BreachDay">The day on which its promise was broken.</param>
/// <param name="Promise">Its promise.</param>
/// <param name="Sample">Its delivery.</param>
public readonly record struct LaneContribution(Lane Lane, int? CancelledDay, int? BreachDay, LanePromise? Promise, LaneSample? Sample)
{
    /// <summary>The contribution of an order with these milestones and this promise, or null when it adds nothing.</summary>
    public static LaneContribution? Of(Lane lane, MilestoneTimes times, EventTime? promise)
    {
        if (times[EventType.OrderCancelled] is { } cancelled)
            return new LaneContribution(lane, cancelled.DayNumber, null, null, null);
        int? breach = times[EventType.DeliveryDelayed]?.DayNumber;
        LanePromise? promised = promise is { } due
            ? new LanePromise(Deadline.Of(due).DayNumber, breach is null && times[EventType.Delivered] is not null)
            : null;
        LaneSample? sample = times[EventType.Delivered] is { } delivered && times.Seconds(EventType.OrderPlaced, EventType.Delivered) is { } lead
            ? new LaneSample(
                delivered.DayNumber,
                lead,
                times.Seconds(EventType.OrderApproved, EventType.HandedToCarrier),
                times.Seconds(EventType.HandedToCarrier, EventType.Delivered),
                breach is not null)
            : null;
        return breach is null && promised is null && sample is null ? null : new LaneContribution(lane, null, breach, promised, sample);
    }
}

/// <summary>One promise in a lane's figures. Its day may lie ahead of the watermark.</summary>
/// <param name="Day">The day of the deadline (<see cref="EventTime.DayNumber"/>).</param>
/// <param name="IsKept">Whether the order is delivered and TMS did not judge it late.</param>
public readonly record struct LanePromise(int Day, bool IsKept);

/// <summary>One delivery in a lane's figures; durations in whole seconds.</summary>
/// <param name="Day">The day of delivery (<see cref="EventTime.DayNumber"/>).</param>
/// <param name="LeadTimeSeconds">Ordered to delivered.</param>
/// <param name="HandlingSeconds">Approved to handed off, if known.</param>
/// <param name="TransitSeconds">Handed off to delivered, if known.</param>
/// <param name="IsLate">Whether TMS judged the order late.</param>
public readonly record struct LaneSample(int Day, long LeadTimeSeconds, long? HandlingSeconds, long? TransitSeconds, bool IsLate);
