namespace Eip.Domain;

/// <summary>
/// What one order adds to the figures of its lane (fulfillment-v1 §4). It follows from the card alone; when the card changes, the old
/// contribution is taken back and the new one is added.
/// </summary>
/// <param name="Lane">The order's lane.</param>
/// <param name="CancelledDay">The day (<see cref="EventTime.DayNumber"/>) of its cancellation; then there is nothing else.</param>
/// <param name="BreachDay">The day on which its promise was broken.</param>
/// <param name="Sample">Its delivery.</param>
public readonly record struct LaneContribution(Lane Lane, int? CancelledDay, int? BreachDay, LaneSample? Sample)
{
    /// <summary>The contribution of an order with these milestones, or null when it adds nothing.</summary>
    public static LaneContribution? Of(Lane lane, MilestoneTimes times)
    {
        if (times[EventType.OrderCancelled] is { } cancelled)
            return new LaneContribution(lane, cancelled.DayNumber, null, null);
        int? breach = times[EventType.DeliveryDelayed]?.DayNumber;
        LaneSample? sample = times[EventType.Delivered] is { } delivered && times.Seconds(EventType.OrderPlaced, EventType.Delivered) is { } lead
            ? new LaneSample(
                delivered.DayNumber,
                lead,
                times.Seconds(EventType.OrderApproved, EventType.HandedToCarrier),
                times.Seconds(EventType.HandedToCarrier, EventType.Delivered),
                breach is not null)
            : null;
        return breach is null && sample is null ? null : new LaneContribution(lane, null, breach, sample);
    }
}

/// <summary>One delivery in a lane's figures; durations in whole seconds.</summary>
/// <param name="Day">The day of delivery (<see cref="EventTime.DayNumber"/>).</param>
/// <param name="LeadTimeSeconds">Ordered to delivered.</param>
/// <param name="HandlingSeconds">Approved to handed off, if known.</param>
/// <param name="TransitSeconds">Handed off to delivered, if known.</param>
/// <param name="IsLate">Whether TMS judged the order late.</param>
public readonly record struct LaneSample(int Day, long LeadTimeSeconds, long? HandlingSeconds, long? TransitSeconds, bool IsLate);
