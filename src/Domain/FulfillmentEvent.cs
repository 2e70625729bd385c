namespace Eip.Domain;

/// <summary>
/// One fact about an order (fulfillment-v1 §1). Its identity is (<see cref="OrderId"/>, <see cref="Type"/>, <see cref="EventAt"/>),
/// which is what <see cref="Id"/> hashes.
/// </summary>
/// <param name="OrderId">The order, and the key on the log.</param>
/// <param name="Type">What happened; it determines the owner.</param>
/// <param name="EventAt">When it happened; a replay never rewrites it.</param>
/// <param name="SellerRegion">The seller's region, if known.</param>
/// <param name="CustomerRegion">The customer's region, if known.</param>
/// <param name="EstimatedDeliveryAt">The delivery promise, if known.</param>
/// <param name="PayloadExtras">
/// The payload's further fields as the text of a JSON object, such as <c>{"inferred":true,"reason":"canceled"}</c>; null when there are none.
/// </param>
public readonly record struct FulfillmentEvent(
    OrderId OrderId,
    EventType Type,
    EventTime EventAt,
    Region SellerRegion,
    Region CustomerRegion,
    EventTime? EstimatedDeliveryAt,
    string? PayloadExtras = null)
{
    /// <summary>The event's id, computed by hashing.</summary>
    public EventId Id => EventId.Of(OrderId, Type, EventAt);

    /// <summary>The system that owns the event.</summary>
    public EventSource Source => Type.Source();

    /// <summary>Compares in emission order: event time, order id, lifecycle rank (fulfillment-v1 §2).</summary>
    public static int CompareEmission(FulfillmentEvent left, FulfillmentEvent right)
    {
        int order = left.EventAt.CompareTo(right.EventAt);
        if (order == 0)
            order = left.OrderId.CompareTo(right.OrderId);
        return order != 0 ? order : left.Type.CompareTo(right.Type);
    }
}
