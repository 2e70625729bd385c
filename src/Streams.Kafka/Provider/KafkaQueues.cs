using Confluent.Kafka;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>The partitions that are known, each a queue. Partitions are added while silos run; none ever goes.</summary>
internal sealed class KafkaQueues : IStreamQueueMapper
{
    private volatile Known known = new([], []);

    public int Count => known.Queues.Length;

    public IEnumerable<QueueId> GetAllQueues() => known.Queues;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stream belongs to no partition that is known.</exception>
    public QueueId GetQueueForStream(StreamId streamId) => known.ByStream.TryGetValue(streamId, out var queue)
        ? queue
        : throw new ArgumentException($"Stream {streamId} belongs to no partition.", nameof(streamId));

    /// <summary>Takes over numbers of partitions by topic; true when there are new ones.</summary>
    public bool Update(IReadOnlyDictionary<string, int> partitions)
    {
        var queues = new SortedSet<QueueId>(known.Queues);
        foreach (var (topic, count) in partitions)
        {
            for (int partition = 0; partition < count; partition++)
                queues.Add(Of(topic, partition));
        }

        if (queues.Count == known.Queues.Length)
            return false;
        known = new Known(
            [.. queues], queues.ToDictionary(static queue => KafkaStreams.StreamOf(queue.GetStringNamePrefix(), (int)queue.GetNumericId())));
        return true;
    }

    public static QueueId Of(string topic, int partition) =>
        QueueId.GetQueueId(topic, (uint)partition, PartitionShare.Hash(KafkaStreams.KeyOf(topic, partition)));

    public static TopicPartition PartitionOf(QueueId queue) => new(queue.GetStringNamePrefix(), (int)queue.GetNumericId());

    public static string NameOf(QueueId queue) => KafkaStreams.KeyOf(queue.GetStringNamePrefix(), (int)queue.GetNumericId());

    private sealed record Known(QueueId[] Queues, Dictionary<StreamId, QueueId> ByStream);
}
