using System.Diagnostics;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Rebuild;
using Eip.Streams.Kafka;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Search;

/// <summary>Reads the whole log from its topics, beside those who follow it: it joins no group and commits nothing. Records that are no events are left out.</summary>
/// <param name="options">Where the log lives.</param>
/// <param name="patience">How long the brokers may be silent.</param>
internal sealed class KafkaLogReader(KafkaLogOptions options, TimeSpan patience)
{
    private const int BatchSize = 2_000;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);
    private TopicPartition[]? partitions;

    /// <summary>The partitions of all topics of events, in order.</summary>
    /// <exception cref="KafkaUnavailableException">The brokers do not answer.</exception>
    /// <exception cref="InvalidOperationException">A topic is missing.</exception>
    public IReadOnlyList<TopicPartition> Partitions => partitions ??= Find();

    /// <summary>
    /// Events of a partition from an offset to its end as it is at the call, or to where an open transaction begins. Offsets that hold no record (markers of
    /// transactions, what was aborted or compacted) are passed.
    /// </summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    /// <exception cref="StoreUnavailableException">They fell silent.</exception>
    public async IAsyncEnumerable<LogBatch> ReadAsync(int partition, long offset, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(options.Client(new ConsumerConfig
        {
            GroupId = "eip-rebuild", EnableAutoCommit = false, EnableAutoOffsetStore = false, EnablePartitionEof = true,
        })).SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        var read = Partitions[partition];
        var ends = consumer.QueryWatermarkOffsets(read, patience);
        long next = Math.Max(offset, ends.Low.Value);
        if (next >= ends.High.Value)
            yield break;
        consumer.Assign(new TopicPartitionOffset(read, next));
        var events = new List<FulfillmentEvent>(BatchSize);
        bool isAtEnd = false;
        while (next < ends.High.Value && !isAtEnd)
        {
            var record = await Task.Run(() => Next(consumer, cancellationToken), cancellationToken)
                ?? throw new StoreUnavailableException($"Kafka gave nothing of {read.Topic}/{read.Partition.Value} after offset {next} for {patience.TotalSeconds:0} s.");
            for (; record is not null; record = consumer.Consume(TimeSpan.Zero))
            {
                if (record.IsPartitionEOF)
                {
                    next = Math.Max(next, record.Offset.Value);
                    isAtEnd = true;
                    break;
                }

                if (record.Offset.Value >= ends.High.Value)
                {
                    isAtEnd = true;
                    break;
                }

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

    // Null when the brokers are silent.
    private ConsumeResult<Ignore, byte[]>? Next(IConsumer<Ignore, byte[]> consumer, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (consumer.Consume(Slice) is { } record)
                return record;
            if (Stopwatch.GetElapsedTime(started) > patience)
                return null;
        }
    }

    private TopicPartition[] Find()
    {
        using var admin = new AdminClientBuilder(options.Client(new AdminClientConfig()))
            .SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();
        var found = new List<TopicPartition>();
        foreach (string name in options.EventTopics)
        {
            var topic = Metadata(admin, name).Topics.SingleOrDefault(topic => topic.Topic == name && !topic.Error.IsError)
                ?? throw new InvalidOperationException($"There is no topic {name} on {options.BootstrapServers}.");
            found.AddRange(topic.Partitions.Select(static partition => partition.PartitionId).Order().Select(id => new TopicPartition(name, id)));
        }

        return [.. found];
    }

    private Metadata Metadata(IAdminClient admin, string topic)
    {
        try
        {
            return admin.GetMetadata(topic, patience);
        }
        catch (KafkaException exception)
        {
            throw new KafkaUnavailableException(exception);
        }
    }
}
