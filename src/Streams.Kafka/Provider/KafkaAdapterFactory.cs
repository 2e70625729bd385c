using System.Collections.Concurrent;
using Eip.Streams.Kafka.Continuity;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>Makes what Orleans asks for: one cache and one receiver for each partition that this silo pulls.</summary>
internal sealed class KafkaAdapterFactory(
    string name,
    KafkaStreamOptions options,
    KafkaPartitionFinder finder,
    KafkaStreamInstruments instruments,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILoggerFactory loggers,
    IStoredPositions? positions = null) : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache, IDisposable
{
    private readonly ConcurrentDictionary<QueueId, KafkaQueueCache> caches = new();
    private readonly DeadLetterWriter deadLetters = new(options);

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public async Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken)
    {
        await finder.FindAtStartAsync(cancellationToken);
        return this;
    }

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => finder.Queues;

    // Never faults a subscription: the cache keeps a batch until it is delivered.
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler(faultOnError: false));

    public IQueueCache CreateQueueCache(QueueId queueId) => caches[queueId] = new KafkaQueueCache(options.Depth, time);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        var logger = loggers.CreateLogger<PartitionReader>();
        var reader = new PartitionReader(KafkaQueues.PartitionOf(queueId), silo.SiloAddress, options, positions, deadLetters, instruments, time, logger);
        return new KafkaQueueReceiver(reader, caches[queueId], options.PollWait, instruments, logger);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: events enter by <see cref="Log.KafkaEventLog"/>, which keys them by order.</exception>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException($"Stream provider '{name}' only reads. Append events with {nameof(Log.KafkaEventLog)}.");

    public void Dispose() => deadLetters.Dispose();
}
