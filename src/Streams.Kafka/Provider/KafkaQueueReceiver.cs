using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>Connects the agent of one partition with the partition's reader and cache.</summary>
internal sealed partial class KafkaQueueReceiver(
    PartitionReader reader, KafkaQueueCache cache, TimeSpan pollWait, KafkaStreamInstruments instruments, ILogger logger) : IQueueAdapterReceiver
{
    private static readonly TimeSpan RoomWait = TimeSpan.FromSeconds(1);

    public Task Initialize(TimeSpan timeout)
    {
        reader.Start();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        try
        {
            // Waiting here rather than for the agent's next tick keeps the subscriber busy.
            if (await cache.WaitForRoomAsync(RoomWait, cancellationToken))
                return await reader.TakeAsync(pollWait, cancellationToken) is { } batch ? [new KafkaBatchContainer(batch, instruments)] : [];
            if (!cache.HasCursor)
                LogNobodySubscribes(logger, KafkaStreams.Namespace);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; it would report an exception as a failure.
        }

        return [];
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => MessagesDeliveredAsync(messages, CancellationToken.None);

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > 0)
            reader.Passed(((KafkaBatchContainer)messages[^1]).Batch);
        return Task.CompletedTask;
    }

    public async Task Shutdown(TimeSpan timeout)
    {
        // The agent purges only before it reads: what was passed since then would be read again elsewhere.
        if (cache.TryPurgeFromCache(out var passed))
            await MessagesDeliveredAsync(passed, CancellationToken.None);
        await reader.StopAsync(timeout);
        reader.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batches wait and nobody takes them: no grain type subscribes to the namespace {Namespace}.")]
    private static partial void LogNobodySubscribes(ILogger logger, string @namespace);
}
