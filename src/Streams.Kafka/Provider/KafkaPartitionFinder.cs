using Confluent.Kafka;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Logging;

namespace Eip.Streams.Kafka.Provider;

/// <summary>Keeps <see cref="KafkaQueues"/> equal to what the brokers have, and sees to it that the topics exist.</summary>
internal sealed partial class KafkaPartitionFinder(KafkaStreamOptions options, TimeProvider time, ILogger<KafkaPartitionFinder> logger) : IDisposable
{
    private readonly KafkaTopics topics = new(options, time);

    public KafkaQueues Queues { get; } = new();

    /// <summary>Asks once; true when there are new partitions. A failure is logged and the next call asks again.</summary>
    public async Task<bool> TryFindAsync(CancellationToken cancellationToken)
    {
        try
        {
            bool grown = Queues.Update(await topics.EnsureAsync(cancellationToken));
            if (grown)
                LogPartitions(logger, Queues.Count, options.EventTopics);
            return grown;
        }
        catch (KafkaException exception)
        {
            LogUnreachable(logger, options.BootstrapServers, exception);
            return false;
        }
    }

    /// <summary>Asks until there are partitions, for at most <see cref="KafkaStreamOptions.StartupWait"/>.</summary>
    public async Task FindAtStartAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (!await TryFindAsync(cancellationToken) && !Queues.GetAllQueues().Any() && time.GetElapsedTime(started) < options.StartupWait)
            await Task.Delay(options.RetryPause, time, cancellationToken);
    }

    public void Dispose() => topics.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "There are {Count} partitions on {Topics}.")]
    private static partial void LogPartitions(ILogger logger, int count, IReadOnlyList<string> topics);

    [LoggerMessage(Level = LogLevel.Error, Message = "The topics cannot be read or created on {BootstrapServers}; asking again.")]
    private static partial void LogUnreachable(ILogger logger, string bootstrapServers, Exception exception);
}
