using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Streams.Kafka.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.Log;

/// <summary>Asks the brokers for topics and creates those that are missing.</summary>
internal sealed class KafkaTopics(KafkaLogOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private IConsumer<Ignore, Ignore>? client;

    /// <summary>Creates what is missing, if that is wanted, and returns the number of partitions of each topic of events.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, a topic is missing and may not be created, or the brokers refuse to create it.</exception>
    public async Task<IReadOnlyDictionary<string, int>> EnsureAsync(CancellationToken cancellationToken)
    {
        string[] wanted = [.. options.EventTopics, options.DeadLetterTopic];
        var found = await CountPartitionsAsync(wanted, cancellationToken);
        string[] missing = [.. wanted.Where(topic => !found.ContainsKey(topic))];
        if (missing.Length > 0)
        {
            if (!options.CreateMissingTopics)
                throw Missing(missing[0], $" and {nameof(options.CreateMissingTopics)} is off");
            await CreateAsync(missing, cancellationToken);
            found = await SettledAsync(wanted, cancellationToken);
        }

        found.Remove(options.DeadLetterTopic);
        return found;
    }

    public void Dispose()
    {
        client?.Close();
        client?.Dispose();
    }

    private static KafkaException Missing(string topic, string why) =>
        new(new Error(ErrorCode.UnknownTopicOrPart, $"Topic '{topic}' does not exist{why}."));

    // A broker may learn of a topic a moment after another created it.
    private async Task<Dictionary<string, int>> SettledAsync(string[] wanted, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            var found = await CountPartitionsAsync(wanted, cancellationToken);
            if (wanted.FirstOrDefault(topic => !found.ContainsKey(topic)) is not { } missing)
                return found;
            if (time.GetElapsedTime(started) > RequestTimeout)
                throw Missing(missing, " although it was created");
            await Task.Delay(SettlePause, time, cancellationToken);
        }
    }

    private Task<Dictionary<string, int>> CountPartitionsAsync(string[] topics, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var admin = Admin();
            var found = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (string topic in topics)
            {
                var metadata = admin.GetMetadata(topic, RequestTimeout).Topics.Single();
                if (!metadata.Error.IsError)
                    found[topic] = metadata.Partitions.Count;
                else if (metadata.Error.Code is not (ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable))
                    throw new KafkaException(metadata.Error);
            }

            return found;
        },
        cancellationToken);

    // A consumer's handle: asking for a topic through it never creates one, and an admin client of its own would be busy while the brokers are away.
    private IAdminClient Admin()
    {
        lock (gate)
        {
            client ??= new ConsumerBuilder<Ignore, Ignore>(options.Client(new ConsumerConfig { GroupId = "eip-topics", AllowAutoCreateTopics = false }))
                .SetErrorHandler(static (_, _) => { })
                .SetLogHandler(static (_, _) => { })
                .Build();
            return new DependentAdminClientBuilder(client.Handle).Build();
        }
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
            : new TopicSpecification
            {
                Name = topic,
                NumPartitions = options.Partitions,
                ReplicationFactor = options.ReplicationFactor,
                Configs = new Dictionary<string, string>(TopicRetention.Kept),
            });
        try
        {
            using var admin = Admin();
            await admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout })
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
