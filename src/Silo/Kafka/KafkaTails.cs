using Confluent.Kafka;
using Eip.Domain;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Kafka;

/// <summary>The event times of the last records of partitions, so that lag can be told in time. A partition is read again only when its end has moved.</summary>
internal sealed class KafkaTails(KafkaLogOptions options) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The last offsets of a partition may be markers of transactions, which no reader sees.
    private const int Lookback = 16;
    private readonly Lock gate = new();
    private readonly Dictionary<TopicPartition, (long End, EventTime? LastEventAt)> known = [];
    private IConsumer<Ignore, byte[]>? consumer;

    /// <summary>The event time of each partition's last record; null where the partition is empty, its last records are no events, or the brokers do not answer.</summary>
    /// <param name="ends">Partitions and where they end.</param>
    public IReadOnlyDictionary<TopicPartition, EventTime?> Read(IReadOnlyCollection<TopicPartitionOffset> ends)
    {
        lock (gate)
        {
            var moved = ends.Where(end => end.Offset.Value > 0 && (!known.TryGetValue(end.TopicPartition, out var tail) || tail.End != end.Offset.Value))
                .ToDictionary(static end => end.TopicPartition, static end => end.Offset.Value);
            if (moved.Count > 0)
                ReadMoved(moved);
            return ends.ToDictionary(static end => end.TopicPartition, end => known.GetValueOrDefault(end.TopicPartition).LastEventAt);
        }
    }

    public void Dispose() => consumer?.Dispose();

    private void ReadMoved(Dictionary<TopicPartition, long> moved)
    {
        consumer ??= new ConsumerBuilder<Ignore, byte[]>(options.Client(new ConsumerConfig
        {
            // Assigned by hand and never committed; a client must have a group all the same.
            GroupId = "eip-tails",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
        })).SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(moved.Select(static end => new TopicPartitionOffset(end.Key, Math.Max(0, end.Value - Lookback))));
        var last = new Dictionary<TopicPartition, EventTime?>();
        try
        {
            while (moved.Count > 0 && consumer.Consume(Patience) is { } record)
            {
                if (!moved.TryGetValue(record.TopicPartition, out long end))
                    continue;
                if (!record.IsPartitionEOF && record.Message.Value is { } value && EventJson.TryRead(value, out var @event, out _))
                    last[record.TopicPartition] = @event.EventAt;
                if (!record.IsPartitionEOF && record.Offset.Value < end - 1)
                    continue;
                known[record.TopicPartition] = (end, last.GetValueOrDefault(record.TopicPartition));
                moved.Remove(record.TopicPartition);
            }
        }
        catch (ConsumeException)
        {
            // The lag in events is known all the same.
        }
        finally
        {
            consumer.Unassign();
        }
    }
}
