using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>Events of one partition of a log, in the log's order.</summary>
/// <param name="events">The events.</param>
/// <param name="nextOffset">The offset after the last of them.</param>
[Immutable]
public sealed class IngestBatch(ReadOnlyMemory<FulfillmentEvent> events, long nextOffset)
{
    /// <summary>The events.</summary>
    public ReadOnlyMemory<FulfillmentEvent> Events { get; } = events;

    /// <summary>The offset after the last of them.</summary>
    public long NextOffset { get; } = nextOffset;
}

/// <summary>How a batch travels between silos.</summary>
[GenerateSerializer]
[Alias("eip.IngestBatch")]
public struct IngestBatchSurrogate
{
    /// <summary>The packed events.</summary>
    [Id(0)]
    public byte[] Events { get; set; }

    /// <summary>The offset after the last of them.</summary>
    [Id(1)]
    public long NextOffset { get; set; }
}

/// <summary>Packs and unpacks batches.</summary>
[RegisterConverter]
public sealed class IngestBatchConverter : IConverter<IngestBatch, IngestBatchSurrogate>
{
    /// <inheritdoc/>
    public IngestBatch ConvertFromSurrogate(in IngestBatchSurrogate surrogate) => new(EventPacking.Unpack(surrogate.Events), surrogate.NextOffset);

    /// <inheritdoc/>
    public IngestBatchSurrogate ConvertToSurrogate(in IngestBatch value) =>
        new() { Events = EventPacking.Pack(value.Events.Span), NextOffset = value.NextOffset };
}
