using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Streams.Kafka;
using Eip.Streams.Kafka.Continuity;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Kafka;

/// <summary>What the brokers hold of the topics of events, and how long they keep it.</summary>
/// <param name="options">Where the log lives.</param>
internal sealed class KafkaExtents(KafkaLogOptions options) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private bool isDisposed;
    private readonly Lazy<IAdminClient> admin = new(() => new AdminClientBuilder(options.Client(new AdminClientConfig()))
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build());

    /// <summary>Every partition, by its key.</summary>
    /// <exception cref="KafkaUnavailableException">The brokers do not answer, or a topic is missing.</exception>
    public Task<IReadOnlyDictionary<string, LogExtent>> ReadAsync(CancellationToken cancellationToken = default) =>
        KafkaUnavailableException.GuardAsync(() => AskAsync(cancellationToken));

    /// <summary>What the topics will lose by their settings, a sentence for each that loses something.</summary>
    /// <exception cref="KafkaUnavailableException">The brokers do not answer, or a topic is missing.</exception>
    public Task<IReadOnlyList<string>> LossesAsync(CancellationToken cancellationToken = default) =>
        KafkaUnavailableException.GuardAsync(async () =>
        {
            var resources = options.EventTopics.Select(static topic => new ConfigResource { Type = ResourceType.Topic, Name = topic });
            var found = await admin.Value.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
            return (IReadOnlyList<string>)[.. found
                .Select(static topic => TopicRetention.Judge(
                    topic.ConfigResource.Name, topic.Entries.Values.ToDictionary(static entry => entry.Name, static entry => entry.Value ?? "")))
                .OfType<string>()];
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true) || !admin.IsValueCreated)
            return;
        admin.Value.Dispose();
    }

    private async Task<IReadOnlyDictionary<string, LogExtent>> AskAsync(CancellationToken cancellationToken)
    {
        var topics = await admin.Value.DescribeTopicsAsync(
            TopicCollection.OfTopicNames(options.EventTopics), new DescribeTopicsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        var ids = topics.TopicDescriptions.ToDictionary(static topic => topic.Name, TopicIds.Of);
        TopicPartition[] partitions = [.. topics.TopicDescriptions.SelectMany(static topic =>
            topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Partition)))];
        var begins = await OffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        var ends = await OffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        return partitions.ToDictionary(
            static partition => KafkaStreams.KeyOf(partition.Topic, partition.Partition.Value),
            partition => new LogExtent(ids[partition.Topic], begins[partition], ends[partition]));
    }

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(TopicPartition[] partitions, OffsetSpec spec, CancellationToken cancellationToken)
    {
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec });
        var found = await admin.Value.ListOffsetsAsync(asked, new ListOffsetsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        return found.ResultInfos.Select(static info => info.TopicPartitionOffsetError)
            .ToDictionary(static offset => offset.TopicPartition, static offset => offset.Offset.Value);
    }
}
