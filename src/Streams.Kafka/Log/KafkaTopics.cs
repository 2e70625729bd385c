using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Streams.Kafka.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.Log;

/// <summary>Asks the brokers for topics and creates those that are missing.</summary>
internal sealed class KafkaTopics(KafkaLogOptions options) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private readonly Lazy<IAdminClient> admin = new(() => new AdminClientBuilder(options.Client(new AdminClientConfig()))
        .SetErrorHandler(static (_, _) => { })
        .SetLogHandler(static (_, _) => { })
        .Build());

    /// <summary>Creates what is missing, if that is wanted, and returns the number of partitions of each topic of events.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, a topic is missing and may not be created, or the brokers refuse to create it.</exception>
    public async Task<IReadOnlyDictionary<string, int>> EnsureAsync(CancellationToken cancellationToken)
    {
        string[] wanted = [.. options.EventTopics, options.DeadLetterTopic];
        var found = await DescribeAsync(wanted, cancellationToken);
        string[] missing = [.. wanted.Where(topic => !found.ContainsKey(topic))];
        if (missing.Length > 0)
        {
            if (!options.CreateMissingTopics)
            {
                throw new KafkaException(new Error(
                    ErrorCode.UnknownTopicOrPart, $"Topic '{missing[0]}' does not exist and {nameof(options.CreateMissingTopics)} is off."));
            }

            await CreateAsync(missing, cancellationToken);
            foreach (string topic in missing)
                found[topic] = topic == options.DeadLetterTopic ? 1 : options.Partitions;
        }

        found.Remove(options.DeadLetterTopic);
        return found;
    }

    public void Dispose()
    {
        if (admin.IsValueCreated)
            admin.Value.Dispose();
    }

    private async Task<Dictionary<string, int>> DescribeAsync(string[] topics, CancellationToken cancellationToken)
    {
        List<TopicDescription> descriptions;
        try
        {
            var described = await admin.Value.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
            descriptions = described.TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            descriptions = exception.Results.TopicDescriptions;
        }

        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var topic in descriptions)
        {
            if (topic.Error.Code == ErrorCode.NoError)
                found[topic.Name] = topic.Partitions.Count;
            else if (topic.Error.Code != ErrorCode.UnknownTopicOrPart)
                throw new KafkaException(topic.Error);
        }

        return found;
    }

    private async Task CreateAsync(string[] topics, CancellationToken cancellationToken)
    {
        var specifications = topics.Select(topic => topic == options.DeadLetterTopic
            ? new TopicSpecification
            {
                Name = topic,
                NumPartitions = 1,
                ReplicationFactor = options.ReplicationFactor,
                Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" },
            }
            : new TopicSpecification { Name = topic, NumPartitions = options.Partitions, ReplicationFactor = options.ReplicationFactor });
        try
        {
            await admin.Value.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout })
                .WaitAsync(cancellationToken);
        }
        catch (CreateTopicsException exception)
        {
            // Another silo may have been faster.
            foreach (var result in exception.Results)
            {
                if (result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists)
                    throw new KafkaException(new Error(result.Error.Code, $"Topic '{result.Topic}' cannot be created: {result.Error.Reason}"), exception);
            }
        }
    }
}
