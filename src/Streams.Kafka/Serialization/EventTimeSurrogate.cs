using Eip.Domain;

namespace Eip.Streams.Kafka.Serialization;

/// <summary>The form in which an event time crosses silos.</summary>
[GenerateSerializer, Immutable, Alias("eip.EventTime")]
public struct EventTimeSurrogate
{
    /// <summary>Seconds since 1970-01-01T00:00:00Z.</summary>
    [Id(0)]
    public long UnixSeconds { get; set; }
}

/// <summary>Converts event times to and from the form that crosses silos.</summary>
[RegisterConverter]
public sealed class EventTimeConverter : IConverter<EventTime, EventTimeSurrogate>
{
    /// <inheritdoc/>
    public EventTime ConvertFromSurrogate(in EventTimeSurrogate surrogate) => new(surrogate.UnixSeconds);

    /// <inheritdoc/>
    public EventTimeSurrogate ConvertToSurrogate(in EventTime value) => new() { UnixSeconds = value.UnixSeconds };
}
