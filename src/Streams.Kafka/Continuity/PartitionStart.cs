using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Eip.Streams.Kafka.Continuity;

/// <summary>Finds where reading of a partition begins: where the store stands, or earlier when the group does; never where the log does not go on.</summary>
/// <param name="partition">The partition.</param>
/// <param name="positions">Where the store stands; null where the group's offset is all that is known.</param>
internal sealed class PartitionStart(TopicPartition partition, IStoredPositions? positions)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private readonly string key = KafkaStreams.KeyOf(partition.Topic, partition.Partition.Value);

    /// <summary>The topic's id, as of the last look.</summary>
    public string? TopicId { get; private set; }

    /// <summary>Where to begin.</summary>
    /// <param name="consumer">The partition's client.</param>
    /// <param name="next">Where reading stood, if it goes on.</param>
    /// <param name="isGone">Whether the group's offset turned out to be no more on the log.</param>
    /// <exception cref="ContinuityBrokenException">The log does not go on where the store stands.</exception>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    /// <exception cref="Pipeline.Ports.StoreUnavailableException">The store does not answer.</exception>
    public long Find<TKey, TValue>(IConsumer<TKey, TValue> consumer, long? next, bool isGone)
    {
        // Makes the client learn at once who leads the partition; else its first fetch waits for the next of its scans, which are a second apart.
        var log = Look(consumer);
        StoredPosition? stored = null;
        if (positions is not null)
        {
            stored = Stored();
            if (LogContinuity.Judge(key, stored, log) is { } broken)
                throw new ContinuityBrokenException(broken);
        }

        if (next is { } goOn)
            return goOn;
        long committed = consumer.Committed([partition], RequestTimeout)[0].Offset.Value;
        if (positions is null)
            return isGone || committed < 0 ? log.Begin : committed;
        long start = stored?.NextOffset ?? 0;
        return committed >= 0 && committed < start ? Math.Max(committed, log.Begin) : start;
    }

    /// <summary>
    /// Whether the store stands before an offset up to which everything was stored: it was restored from a backup, or made anew. Then the store is told so.
    /// </summary>
    /// <exception cref="Pipeline.Ports.StoreUnavailableException">The store does not answer.</exception>
    public bool WentBack(long passed)
    {
        if (positions is null || passed <= (Stored()?.NextOffset ?? 0))
            return false;
        positions.WentBackAsync().AsTask().GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Whether the topic was deleted and created again since reading began.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public bool IsAnotherTopic<TKey, TValue>(IConsumer<TKey, TValue> consumer)
    {
        string? before = TopicId;
        return Look(consumer).TopicId is { } now && before is not null && now != before;
    }

    private StoredPosition? Stored() => positions!.FindAsync(key).AsTask().GetAwaiter().GetResult();

    private LogExtent Look<TKey, TValue>(IConsumer<TKey, TValue> consumer)
    {
        var ends = consumer.QueryWatermarkOffsets(partition, RequestTimeout);
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var described = admin.DescribeTopicsAsync(
            TopicCollection.OfTopicNames([partition.Topic]), new DescribeTopicsOptions { RequestTimeout = RequestTimeout }).GetAwaiter().GetResult();
        TopicId = TopicIds.Of(described.TopicDescriptions[0]) ?? TopicId;
        return new LogExtent(TopicId, ends.Low.Value, ends.High.Value);
    }
}
