using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Silo.Hosting;
using Eip.Storage.Elasticsearch.Indices;
using Eip.Streams.Kafka;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Ownership;

/// <summary>The identity of this cluster with the ids that the brokers give its topics: topics of one name on two brokers are two logs.</summary>
internal sealed class LogIdentity(SiloSettings settings)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whom the search indices belong to.</summary>
    /// <exception cref="KafkaUnavailableException">The brokers do not answer, or a topic is missing.</exception>
    public async Task<IndexOwner> OwnerAsync(CancellationToken cancellationToken)
    {
        if (settings.Kafka is null)
            return new IndexOwner(settings.Cluster, "files");
        var options = new KafkaLogOptions();
        settings.Configure(options);
        using var admin = new AdminClientBuilder(options.Client(new AdminClientConfig()))
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
        var topics = await KafkaUnavailableException.GuardAsync(() => admin.DescribeTopicsAsync(
            TopicCollection.OfTopicNames(options.EventTopics), new DescribeTopicsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken));
        var named = topics.TopicDescriptions.OrderBy(static topic => topic.Name, StringComparer.Ordinal).Select(static topic => $"{topic.Name} {topic.TopicId}");
        return new IndexOwner(settings.Cluster, string.Join(", ", named));
    }
}
