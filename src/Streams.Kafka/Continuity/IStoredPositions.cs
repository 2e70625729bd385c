namespace Eip.Streams.Kafka.Continuity;

/// <summary>
/// Where the subscriber's own store stands. It is written together with the effects, so it leads, whatever a consumer group says: a store that was
/// restored from a backup is caught up from its own position.
/// </summary>
public interface IStoredPositions
{
    /// <summary>Where a partition (<see cref="KafkaStreams.KeyOf"/>) stands; null when nothing of it is stored.</summary>
    /// <exception cref="Pipeline.Ports.StoreUnavailableException">The store does not answer.</exception>
    ValueTask<StoredPosition?> FindAsync(string partition, CancellationToken cancellationToken = default);

    /// <summary>A partition's store was seen before what it had passed: what anybody remembers of it may not be stored any more.</summary>
    /// <exception cref="Pipeline.Ports.StoreUnavailableException">The store does not answer.</exception>
    ValueTask WentBackAsync(CancellationToken cancellationToken = default);
}

/// <summary>A position that is stored with the effects of all records before it.</summary>
/// <param name="NextOffset">The offset of the first record whose effects may not be stored.</param>
/// <param name="TopicId">The id of the topic that the records came from; null when it was not known.</param>
public sealed record StoredPosition(long NextOffset, string? TopicId);
