using Confluent.Kafka;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.Options;

namespace Eip.Streams.Kafka.DeadLetters;

/// <summary>
/// Which letters wait and where they lie. The letters themselves stay on the topic and are read when they are asked for. Not thread-safe.
/// </summary>
internal sealed class DeadLetterIndex(KafkaLogOptions options) : IDisposable
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    // Letters that lie no further apart are read through rather than sought one by one.
    private const int ReadThrough = 500;

    private readonly SortedList<string, TopicPartitionOffset> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<TopicPartition, long> positions = [];
    private IConsumer<string, byte[]?>? consumer;

    public long Count => waiting.Count;

    /// <summary>Takes in what was written until now.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public void CatchUp(CancellationToken cancellationToken)
    {
        foreach (var partition in Partitions())
        {
            var watermarks = Client().QueryWatermarkOffsets(partition, Answer);
            long position = Math.Max(positions.GetValueOrDefault(partition), watermarks.Low.Value);
            if (position < watermarks.High.Value)
            {
                foreach (var record in Read(partition, position, watermarks.High.Value, cancellationToken))
                    Take(record);
            }

            positions[partition] = watermarks.High.Value;
        }
    }

    public DeadLetter? Find(string id, CancellationToken cancellationToken) =>
        waiting.TryGetValue(id, out var place) ? Letters([KeyValuePair.Create(id, place)], cancellationToken).FirstOrDefault() : null;

    public IReadOnlyList<DeadLetter> List(string? afterId, int limit, CancellationToken cancellationToken)
    {
        var wanted = new List<KeyValuePair<string, TopicPartitionOffset>>();
        for (int i = FirstAfter(afterId); i < waiting.Count && wanted.Count < limit; i++)
            wanted.Add(KeyValuePair.Create(waiting.Keys[i], waiting.Values[i]));
        return Letters(wanted, cancellationToken);
    }

    public void Dispose()
    {
        consumer?.Close();
        consumer?.Dispose();
        consumer = null;
    }

    private int FirstAfter(string? id)
    {
        if (id is null)
            return 0;
        int low = 0, high = waiting.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(waiting.Keys[middle], id) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Take(ConsumeResult<string, byte[]?> record)
    {
        if (record.Message.Key is not { } id)
            return;
        if (record.Message.Value is null)
            waiting.Remove(id);
        else
            waiting.TryAdd(id, record.TopicPartitionOffset);
    }

    private List<DeadLetter> Letters(IReadOnlyCollection<KeyValuePair<string, TopicPartitionOffset>> wanted, CancellationToken cancellationToken)
    {
        var found = new SortedList<string, DeadLetter>(StringComparer.Ordinal);
        foreach (var group in wanted.GroupBy(static letter => letter.Value.TopicPartition))
        {
            var byOffset = group.OrderBy(static letter => letter.Value.Offset.Value).ToList();
            for (int begin = 0; begin < byOffset.Count;)
            {
                int end = begin + 1;
                while (end < byOffset.Count && byOffset[end].Value.Offset.Value - byOffset[end - 1].Value.Offset.Value <= ReadThrough)
                    end++;
                var ids = byOffset[begin..end].ToDictionary(static letter => letter.Value.Offset, static letter => letter.Key);
                long last = byOffset[end - 1].Value.Offset.Value;
                foreach (var record in Read(group.Key, byOffset[begin].Value.Offset.Value, last + 1, cancellationToken))
                {
                    if (ids.ContainsKey(record.Offset) && record.Message.Value is not null)
                        found[record.Message.Key] = DeadLetterRecord.Read(record.Message);
                }

                begin = end;
            }
        }

        return [.. found.Values];
    }

    private IEnumerable<ConsumeResult<string, byte[]?>> Read(TopicPartition partition, long from, long to, CancellationToken cancellationToken)
    {
        var client = Client();
        client.Assign(new TopicPartitionOffset(partition, from));
        try
        {
            // Compaction leaves gaps, so the position tells the end, not the last record.
            while (client.Position(partition) is var position && (position == Offset.Unset || position.Value < to))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var record = client.Consume(Answer)
                    ?? throw new KafkaException(new Error(Confluent.Kafka.ErrorCode.Local_TimedOut, $"The brokers gave nothing of {partition} for {Answer}."));
                if (record.IsPartitionEOF || record.Offset.Value >= to)
                    yield break;
                yield return record;
            }
        }
        finally
        {
            client.Unassign();
        }
    }

    private List<TopicPartition> Partitions()
    {
        using var admin = new DependentAdminClientBuilder(Client().Handle).Build();
        var topic = admin.GetMetadata(options.DeadLetterTopic, Answer).Topics.Single();
        if (topic.Error.Code == Confluent.Kafka.ErrorCode.UnknownTopicOrPart)
            return [];
        return topic.Error.IsError
            ? throw new KafkaException(topic.Error)
            : [.. topic.Partitions.Select(partition => new TopicPartition(options.DeadLetterTopic, partition.PartitionId))];
    }

    private IConsumer<string, byte[]?> Client() => consumer ??= new ConsumerBuilder<string, byte[]?>(options.Client(new ConsumerConfig
    {
        // Assigned by hand and never committed; a client must have a group all the same.
        GroupId = "eip-dead-letters",
        EnableAutoCommit = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        AllowAutoCreateTopics = false,
        QueuedMaxMessagesKbytes = 4 * 1024,
    }))
        .SetErrorHandler(static (_, _) => { })
        .SetLogHandler(static (_, _) => { })
        .Build();
}
