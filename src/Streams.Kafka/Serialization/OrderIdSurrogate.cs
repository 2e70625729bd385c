using Eip.Domain;

namespace Eip.Streams.Kafka.Serialization;

/// <summary>The form in which an order id crosses silos: sixteen bytes for the form of Olist, else the text.</summary>
[GenerateSerializer, Immutable, Alias("eip.OrderId")]
public struct OrderIdSurrogate
{
    /// <summary>The value that the hexadecimal digits spell, upper half.</summary>
    [Id(0)]
    public ulong High { get; set; }

    /// <summary>The value that the hexadecimal digits spell, lower half.</summary>
    [Id(1)]
    public ulong Low { get; set; }

    /// <summary>The text, or null when the id is hexadecimal.</summary>
    [Id(2)]
    public string? Text { get; set; }
}

/// <summary>Converts order ids to and from the form that crosses silos.</summary>
[RegisterConverter]
public sealed class OrderIdConverter : IConverter<OrderId, OrderIdSurrogate>
{
    /// <inheritdoc/>
    public OrderId ConvertFromSurrogate(in OrderIdSurrogate surrogate) =>
        surrogate.Text is { } text ? OrderId.Parse(text) : OrderId.FromHex(new UInt128(surrogate.High, surrogate.Low));

    /// <inheritdoc/>
    public OrderIdSurrogate ConvertToSurrogate(in OrderId value) => value.IsHex
        ? new OrderIdSurrogate { High = (ulong)(value.HexValue >> 64), Low = (ulong)value.HexValue }
        : new OrderIdSurrogate { Text = value.ToString() };
}
