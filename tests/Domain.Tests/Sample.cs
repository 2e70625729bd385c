namespace Eip.Domain.Tests;

/// <summary>Events for tests, in few words.</summary>
internal static class Sample
{
    public static readonly OrderId Order = OrderId.Parse("00000000000000000000000000000001");

    public static FulfillmentEvent Event(
        EventType type, string at, string? seller = "SP", string? customer = "RJ", string? estimated = "2018-03-20T00:00:00Z", OrderId? order = null) =>
        new(order ?? Order, type, EventTime.Parse(at), Parse(seller), Parse(customer), estimated is null ? null : EventTime.Parse(estimated));

    public static FulfillmentCase Case(params FulfillmentEvent[] events)
    {
        var folded = new FulfillmentCase(events[0].OrderId);
        foreach (var @event in events)
            folded.Apply(@event);
        return folded;
    }

    /// <summary>A history without oddities: placed on March 1st, delivered late on March 22nd.</summary>
    public static FulfillmentEvent[] LateDelivery(OrderId? order = null) =>
    [
        Event(EventType.OrderPlaced, "2018-03-01T10:00:00Z", order: order),
        Event(EventType.OrderApproved, "2018-03-01T12:00:00Z", order: order),
        Event(EventType.WarehouseAssigned, "2018-03-01T12:00:00Z", order: order),
        Event(EventType.HandedToCarrier, "2018-03-03T12:00:00Z", order: order),
        Event(EventType.DeliveryDelayed, "2018-03-20T23:59:59Z", order: order),
        Event(EventType.Delivered, "2018-03-22T10:00:00Z", order: order),
    ];

    private static Region Parse(string? text) => text is null ? Region.Unknown : Region.Parse(text);
}
