using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Grains.Reading;
using Eip.Streams.Kafka;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Options;

namespace Eip.Silo.Kafka;

/// <summary>Where the topics of events end for readers, by the brokers: before the first record of a transaction that is open.</summary>
internal sealed class KafkaLogEnds(IOptions<KafkaLogOptions> options) : ILogEnds, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly KafkaTails tails = new(options.Value);
    private readonly Lazy<IAdminClient> admin = new(() => new AdminClientBuilder(options.Value.Client(new AdminClientConfig()))
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build());

    /// <inheritdoc/>
    /// <exception cref="KafkaUnavailableException">The brokers do not answer.</exception>
    public async ValueTask<IReadOnlyList<LogEnd>> GetAsync(CancellationToken cancellationToken = default) =>
        await KafkaUnavailableException.GuardAsync(() => AskAsync(cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        tails.Dispose();
        if (admin.IsValueCreated)
            admin.Value.Dispose();
    }

    private async Task<IReadOnlyList<LogEnd>> AskAsync(CancellationToken cancellationToken)
    {
        var topics = await admin.Value.DescribeTopicsAsync(
            TopicCollection.OfTopicNames(options.Value.EventTopics), new DescribeTopicsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        var partitions = topics.TopicDescriptions.SelectMany(static topic =>
            topic.Partitions.Select(partition => new TopicPartitionOffsetSpec
            {
                TopicPartition = new TopicPartition(topic.Name, partition.Partition),
                OffsetSpec = OffsetSpec.Latest(),
            }));
        var offsets = await admin.Value.ListOffsetsAsync(partitions, new ListOffsetsOptions { RequestTimeout = Timeout, IsolationLevel = IsolationLevel.ReadCommitted }).WaitAsync(cancellationToken);
        TopicPartitionOffset[] ends = [.. offsets.ResultInfos.Select(static info => info.TopicPartitionOffsetError.TopicPartitionOffset)];
        var last = await Task.Run(() => tails.Read(ends), cancellationToken);
        return
        [
            .. ends.OrderBy(static end => end.Topic, StringComparer.Ordinal).ThenBy(static end => end.Partition.Value)
                .Select(end => new LogEnd(KafkaStreams.KeyOf(end.Topic, end.Partition.Value), end.Offset.Value, last[end.TopicPartition])),
        ];
    }
}
