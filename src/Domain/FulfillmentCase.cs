namespace Eip.Domain;

/// <summary>
/// One order's distinct events, and everything that follows from them: card, timeline and lane contribution (fulfillment-v1 §3).
/// The fold is over a set: arrival order and repetition never matter. Not safe for concurrent use.
/// </summary>
public sealed class FulfillmentCase
{
    private const int UsualEventCount = 5;
    private const long None = long.MinValue;

    // In (eventAt, lifecycle rank) order. That pair is an event's whole identity within its order, so this is the timeline's order as well.
    private StoredEvent[] events = new StoredEvent[UsualEventCount];

    /// <summary>A case without events.</summary>
    public FulfillmentCase(OrderId orderId) => OrderId = orderId;

    /// <summary>The order.</summary>
    public OrderId OrderId { get; }

    /// <summary>How many distinct events there are.</summary>
    public int EventCount { get; private set; }

    /// <summary>
    /// Grows with every change, so that of two snapshots of one case the higher version holds more. It orders writes to a store and is no part
    /// of any projection: it may differ between two logs of the same events.
    /// </summary>
    public long Version { get; private set; }

    /// <summary>The greatest event time; meaningful once there is an event.</summary>
    public EventTime LastEventAt => new(EventCount == 0 ? 0 : events[EventCount - 1].At);

    /// <summary>The lane that the order is in; null until both regions are known.</summary>
    public Lane? Lane => Domain.Lane.Of(SellerRegion, CustomerRegion);

    /// <summary>The i-th event of the timeline, in (eventAt, lifecycle rank, eventId) order.</summary>
    public FulfillmentEvent this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)EventCount, nameof(index));
            ref readonly var stored = ref events[index];
            return new FulfillmentEvent(OrderId, stored.Type, new EventTime(stored.At), stored.Seller, stored.Customer, Time(stored.Estimated), stored.Extras);
        }
    }

    /// <summary>Restores a case from a snapshot of its timeline and version.</summary>
    public static FulfillmentCase Restore(OrderId orderId, ReadOnlySpan<FulfillmentEvent> timeline, long version)
    {
        var restored = new FulfillmentCase(orderId);
        if (timeline.Length > UsualEventCount)
            restored.events = new StoredEvent[timeline.Length];
        foreach (ref readonly var @event in timeline)
            restored.Apply(@event);
        restored.Version = version;
        return restored;
    }

    /// <summary>
    /// Adds an event; false when it was known. Should one event arrive with differing contents, each field keeps the greatest value that is known,
    /// so that the result does not depend on which came first.
    /// </summary>
    /// <exception cref="ArgumentException">The event belongs to another order.</exception>
    public bool Apply(in FulfillmentEvent @event)
    {
        if (@event.OrderId != OrderId)
            throw new ArgumentException($"The event is of order {@event.OrderId}, the case of order {OrderId}.", nameof(@event));
        var added = new StoredEvent(
            @event.EventAt.UnixSeconds, @event.EstimatedDeliveryAt?.UnixSeconds ?? None, @event.PayloadExtras, @event.SellerRegion, @event.CustomerRegion, @event.Type);
        int at = EventCount;
        while (at > 0 && added.CompareIdentity(events[at - 1]) < 0)
            at--;
        if (at > 0 && added.CompareIdentity(events[at - 1]) == 0)
        {
            var merged = events[at - 1].Merge(added);
            if (merged == events[at - 1])
                return false;
            events[at - 1] = merged;
        }
        else
        {
            if (EventCount == events.Length)
                Array.Resize(ref events, EventCount < 8 ? 8 : EventCount * 2);
            Array.Copy(events, at, events, at + 1, EventCount - at);
            events[at] = added;
            EventCount++;
        }

        Version++;
        return true;
    }

    /// <summary>The case card.</summary>
    public CaseCard ToCard() =>
        new(OrderId, FirstTimes(), EstimatedDeliveryAt, SellerRegion, CustomerRegion, EventCount, LastEventAt, HasRepeatedMilestone());

    /// <summary>The timeline: each distinct event once, in (eventAt, lifecycle rank, eventId) order.</summary>
    public FulfillmentEvent[] ToTimeline()
    {
        var timeline = new FulfillmentEvent[EventCount];
        for (int i = 0; i < timeline.Length; i++)
            timeline[i] = this[i];
        return timeline;
    }

    /// <summary>What the order adds to the figures of its lane; null when it is in no lane or adds nothing yet (fulfillment-v1 §4).</summary>
    public LaneContribution? Contribution() => Lane is { } lane ? LaneContribution.Of(lane, FirstTimes(), EstimatedDeliveryAt) : null;

    /// <summary>
    /// Whether the event leaves the contribution as it is, told without drawing it: an order without an outcome contributes its promise alone, and most
    /// events say again what is known of that. False says nothing.
    /// </summary>
    public bool SurelyKeepsContribution(in FulfillmentEvent @event)
    {
        if (EventCount == 0 || IsOutcome(@event.Type))
            return false;
        long estimated = @event.EstimatedDeliveryAt?.UnixSeconds ?? None;
        foreach (ref readonly var stored in events.AsSpan(0, EventCount))
        {
            if (IsOutcome(stored.Type) || stored.Estimated != estimated || stored.Seller != @event.SellerRegion || stored.Customer != @event.CustomerRegion)
                return false;
        }

        return true;
    }

    // Counted from the absent value, so that absent is 0.
    private EventTime? EstimatedDeliveryAt => LastAlone is { } last && last.Estimated != None
        ? new EventTime(last.Estimated)
        : Latest(static stored => unchecked((ulong)(stored.Estimated - None))) is var known and not 0 ? new EventTime(unchecked((long)known + None)) : null;

    private Region SellerRegion => LastAlone is { Seller.IsKnown: true } last
        ? last.Seller
        : Region.FromCode((ushort)Latest(static stored => stored.Seller.Code));

    private Region CustomerRegion => LastAlone is { Customer.IsKnown: true } last
        ? last.Customer
        : Region.FromCode((ushort)Latest(static stored => stored.Customer.Code));

    // The last event, when no other shares its second: what it knows is known last, and nothing has to be compared.
    private StoredEvent? LastAlone =>
        EventCount > 0 && (EventCount == 1 || events[EventCount - 2].At != events[EventCount - 1].At) ? events[EventCount - 1] : null;

    private static bool IsOutcome(EventType type) => type is EventType.Delivered or EventType.DeliveryDelayed or EventType.OrderCancelled;

    private MilestoneTimes FirstTimes()
    {
        var times = new MilestoneTimes();
        foreach (ref readonly var stored in events.AsSpan(0, EventCount))
            times.Observe(stored.Type, new EventTime(stored.At));
        return times;
    }

    private bool HasRepeatedMilestone()
    {
        uint seen = 0;
        foreach (ref readonly var stored in events.AsSpan(0, EventCount))
        {
            if (!stored.Type.IsMilestone())
                continue;
            uint bit = 1u << (int)stored.Type;
            if ((seen & bit) != 0)
                return true;
            seen |= bit;
        }

        return false;
    }

    // The known value (not 0) of the event with the greatest (eventAt, eventId). Ids are hashed only where two events of one second disagree.
    private ulong Latest(Func<StoredEvent, ulong> value)
    {
        ulong best = 0;
        int bestIndex = -1;
        for (int i = EventCount - 1; i >= 0; i--)
        {
            if (bestIndex >= 0 && events[i].At != events[bestIndex].At)
                break;
            ulong candidate = value(events[i]);
            if (candidate == 0 || candidate == best)
                continue;
            if (bestIndex < 0 || IdAt(i).CompareTo(IdAt(bestIndex)) > 0)
                (best, bestIndex) = (candidate, i);
        }

        return best;
    }

    private EventId IdAt(int index) => EventId.Of(OrderId, events[index].Type, new EventTime(events[index].At));

    private static EventTime? Time(long seconds) => seconds == None ? null : new EventTime(seconds);

    private readonly record struct StoredEvent(long At, long Estimated, string? Extras, Region Seller, Region Customer, EventType Type)
    {
        public int CompareIdentity(in StoredEvent other) => At != other.At ? At.CompareTo(other.At) : Type.CompareTo(other.Type);

        public StoredEvent Merge(in StoredEvent other) => this with
        {
            Estimated = Math.Max(Estimated, other.Estimated),
            Extras = string.CompareOrdinal(Extras, other.Extras) >= 0 ? Extras : other.Extras,
            Seller = Seller.CompareTo(other.Seller) >= 0 ? Seller : other.Seller,
            Customer = Customer.CompareTo(other.Customer) >= 0 ? Customer : other.Customer,
        };
    }
}
