using Eip.Domain;

namespace Eip.Streams.Kafka;

/// <summary>
/// What a subscriber gets: the events of one poll of one partition, in log order. Nobody changes it after it was made, so a subscriber on the
/// silo that pulls gets the very object, and one elsewhere a copy.
/// </summary>
/// <remarks>
/// Delivery is at least once: a batch, or a part of it, can come again, and it comes again until the subscriber returns from it without an exception.
/// </remarks>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="FirstOffset">Where the batch before ended; the first record may lie after, as not every offset holds one.</param>
/// <param name="LastOffset">The last offset that was read, whether or not it holds a record.</param>
/// <param name="Events">
/// The events; fewer than the offsets span when records were set aside as dead letters or offsets hold none, and empty when none is left.
/// </param>
/// <param name="LastAppendedAt">When the last record was appended, by the log's clock.</param>
/// <param name="PulledBy">The silo that pulls the partition; a subscriber that finds itself on another may want to move there.</param>
/// <param name="TopicId">The id of the topic; null from brokers that give none.</param>
[GenerateSerializer, Immutable, Alias("eip.FulfillmentEventBatch")]
public sealed record FulfillmentEventBatch(
    [property: Id(0)] string Topic,
    [property: Id(1)] int Partition,
    [property: Id(2)] long FirstOffset,
    [property: Id(3)] long LastOffset,
    [property: Id(4)] FulfillmentEvent[] Events,
    [property: Id(5)] DateTimeOffset LastAppendedAt,
    [property: Id(6)] SiloAddress PulledBy,
    [property: Id(7)] string? TopicId = null)
{
    /// <summary>What logs say about it; never its events.</summary>
    public override string ToString() => $"{Topic}/{Partition} {FirstOffset}..{LastOffset}, {Events.Length} events";
}
