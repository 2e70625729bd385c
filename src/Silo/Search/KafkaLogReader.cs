using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Storage.Elasticsearch.Rebuild;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Search;

/// <summary>Reads the whole log from its topics, beside those who follow it: it joins no group and commits nothing. Records that are no events are left out.</summary>
/// <param name="options">Where the log lives.</param>
internal sealed class KafkaLogReader(KafkaLogOptions options)
{
    private const int BatchSize = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private TopicPartition[]? partitions;

    /// <summary>The partitions of all topics of events, in order.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    /// <exception cref="InvalidOperationException">A topic is missing.</exception>
    public IReadOnlyList<TopicPartition> Partitions => partitions ??= Find();

    /// <summary>Events of a partition from an offset to its end as it is at the call.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public async IAsyncEnumerable<LogBatch> ReadAsync(int partition, long offset, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(options.Client(new ConsumerConfig
        {
            GroupId = "eip-rebuild", EnableAutoCommit = false, EnableAutoOffsetStore = false,
        })).SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        var read = Partitions[partition];
        var ends = consumer.QueryWatermarkOffsets(read, Patience);
        long next = Math.Max(offset, ends.Low.Value);
        if (next >= ends.High.Value)
            yield break;
        consumer.Assign(new TopicPartitionOffset(read, next));
        var events = new List<FulfillmentEvent>(BatchSize);
        while (next < ends.High.Value)
        {
            var record = await Task.Run(() => consumer.Consume(cancellationToken), cancellationToken);
            for (; record is not null && record.Offset.Value < ends.High.Value; record = consumer.Consume(TimeSpan.Zero))
            {
                next = record.Offset.Value + 1;
                if (record.Message.Value is { } value && EventJson.TryRead(value, out var @event, out _))
                    events.Add(@event);
                if (events.Count == BatchSize || next == ends.High.Value)
                    break;
            }

            yield return new LogBatch(events, next);
            events = new List<FulfillmentEvent>(BatchSize);
        }
    }

    private TopicPartition[] Find()
    {
        using var admin = new AdminClientBuilder(options.Client(new AdminClientConfig()))
            .SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        var found = new List<TopicPartition>();
        foreach (string name in options.EventTopics)
        {
            var topic = admin.GetMetadata(name, Patience).Topics.SingleOrDefault(topic => topic.Topic == name && !topic.Error.IsError)
                ?? throw new InvalidOperationException($"There is no topic {name} on {options.BootstrapServers}.");
            found.AddRange(topic.Partitions.Select(static partition => partition.PartitionId).Order().Select(id => new TopicPartition(name, id)));
        }

        return [.. found];
    }
}
