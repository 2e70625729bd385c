using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>Events of one partition of a log, in the log's order.</summary>
/// <param name="events">The events.</param>
/// <param name="firstOffset">Where the batch before ended. Not every offset from there on need hold an event.</param>
/// <param name="nextOffset">Where this one ends.</param>
/// <param name="topicId">The id of the topic that they come from; null where the log has none.</param>
[Immutable]
public sealed class IngestBatch(ReadOnlyMemory<FulfillmentEvent> events, long firstOffset, long nextOffset, string? topicId = null)
{
    /// <summary>The events.</summary>
    public ReadOnlyMemory<FulfillmentEvent> Events { get; } = events;

    /// <summary>Where the batch before ended.</summary>
    public long FirstOffset { get; } = firstOffset;

    /// <summary>Where this one ends.</summary>
    public long NextOffset { get; } = nextOffset;

    /// <summary>The id of the topic; null where the log has none.</summary>
    public string? TopicId { get; } = topicId;
}

/// <summary>How a batch travels between silos.</summary>
[GenerateSerializer]
[Alias("eip.IngestBatch")]
public struct IngestBatchSurrogate
{
    /// <summary>The packed events.</summary>
    [Id(0)]
    public byte[] Events { get; set; }

    /// <summary>Where the batch ends.</summary>
    [Id(1)]
    public long NextOffset { get; set; }

    /// <summary>Where the batch before ended.</summary>
    [Id(2)]
    public long FirstOffset { get; set; }

    /// <summary>The topic's id.</summary>
    [Id(3)]
    public string? TopicId { get; set; }
}

/// <summary>Packs and unpacks batches.</summary>
[RegisterConverter]
public sealed class IngestBatchConverter : IConverter<IngestBatch, IngestBatchSurrogate>
{
    /// <inheritdoc/>
    public IngestBatch ConvertFromSurrogate(in IngestBatchSurrogate surrogate) =>
        new(EventPacking.Unpack(surrogate.Events), surrogate.FirstOffset, surrogate.NextOffset, surrogate.TopicId);

    /// <inheritdoc/>
    public IngestBatchSurrogate ConvertToSurrogate(in IngestBatch value) =>
        new() { Events = EventPacking.Pack(value.Events.Span), FirstOffset = value.FirstOffset, NextOffset = value.NextOffset, TopicId = value.TopicId };
}
