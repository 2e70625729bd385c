using System.Diagnostics;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>One batch on its way to a subscriber.</summary>
[GenerateSerializer, Immutable, Alias("eip.KafkaBatchContainer")]
internal sealed class KafkaBatchContainer : IBatchContainer
{
    [NonSerialized]
    private readonly KafkaStreamInstruments? instruments;

    [NonSerialized]
    private long startedAt;

    [NonSerialized]
    private int attempts;

    public KafkaBatchContainer(FulfillmentEventBatch batch, KafkaStreamInstruments? instruments)
    {
        Batch = batch;
        this.instruments = instruments;
    }

    [Id(0)]
    public FulfillmentEventBatch Batch { get; }

    public StreamId StreamId => KafkaStreams.StreamOf(Batch.Topic, Batch.Partition);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Batch.LastOffset);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The subscriber asks for something else than batches. An empty answer would let the batch be passed.</exception>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => Batch is T item
        ? [Tuple.Create(item, SequenceToken)]
        : throw new InvalidOperationException($"The stream's items are {nameof(FulfillmentEventBatch)}, not {typeof(T)}; subscribe with that type.");

    // The agent asks once for each attempt, right before it.
    public bool ImportRequestContext()
    {
        startedAt = Stopwatch.GetTimestamp();
        if (attempts++ > 0)
            instruments?.Redelivered(Batch.Topic, Batch.Partition);
        return false;
    }

    public void Passed() => instruments?.Delivered(Batch, Stopwatch.GetElapsedTime(startedAt));

    public override string ToString() => Batch.ToString();
}
