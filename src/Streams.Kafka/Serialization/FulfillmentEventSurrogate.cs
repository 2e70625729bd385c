using Eip.Domain;

namespace Eip.Streams.Kafka.Serialization;

/// <summary>The form in which an event crosses silos.</summary>
[GenerateSerializer, Immutable, Alias("eip.FulfillmentEvent")]
public struct FulfillmentEventSurrogate
{
    /// <summary>The order.</summary>
    [Id(0)]
    public OrderIdSurrogate OrderId { get; set; }

    /// <summary>The persisted value of the type.</summary>
    [Id(1)]
    public byte Type { get; set; }

    /// <summary>Unix seconds.</summary>
    [Id(2)]
    public long EventAt { get; set; }

    /// <summary>The code of the seller's region, 0 when unknown.</summary>
    [Id(3)]
    public ushort SellerRegion { get; set; }

    /// <summary>The code of the customer's region, 0 when unknown.</summary>
    [Id(4)]
    public ushort CustomerRegion { get; set; }

    /// <summary>Unix seconds of the delivery promise, or null.</summary>
    [Id(5)]
    public long? EstimatedDeliveryAt { get; set; }

    /// <summary>The payload's further fields, or null.</summary>
    [Id(6)]
    public string? PayloadExtras { get; set; }
}

/// <summary>Converts events to and from the form that crosses silos.</summary>
[RegisterConverter]
public sealed class FulfillmentEventConverter : IConverter<FulfillmentEvent, FulfillmentEventSurrogate>
{
    private static readonly OrderIdConverter Ids = new();

    /// <inheritdoc/>
    public FulfillmentEvent ConvertFromSurrogate(in FulfillmentEventSurrogate surrogate) => new(
        Ids.ConvertFromSurrogate(surrogate.OrderId),
        (EventType)surrogate.Type,
        new EventTime(surrogate.EventAt),
        Region.FromCode(surrogate.SellerRegion),
        Region.FromCode(surrogate.CustomerRegion),
        surrogate.EstimatedDeliveryAt is { } promise ? new EventTime(promise) : null,
        surrogate.PayloadExtras);

    /// <inheritdoc/>
    public FulfillmentEventSurrogate ConvertToSurrogate(in FulfillmentEvent value) => new()
    {
        OrderId = Ids.ConvertToSurrogate(value.OrderId),
        Type = (byte)value.Type,
        EventAt = value.EventAt.UnixSeconds,
        SellerRegion = value.SellerRegion.Code,
        CustomerRegion = value.CustomerRegion.Code,
        EstimatedDeliveryAt = value.EstimatedDeliveryAt?.UnixSeconds,
        PayloadExtras = value.PayloadExtras,
    };
}
