using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>One subscriber's place in the batches of a partition.</summary>
internal sealed class KafkaQueueCursor(KafkaQueueCache cache, long number) : IQueueCacheCursor
{
    private bool handedOut;

    /// <summary>The number of the batch that it stands at: all below have been passed.</summary>
    public long Number { get; private set; } = number;

    public bool MoveNext()
    {
        // A batch that was never handed out, or failed since, is still to be delivered.
        if (handedOut)
        {
            handedOut = false;
            (cache.At(Number) as KafkaBatchContainer)?.Passed();
            Number++;
            cache.Advance();
        }

        return cache.At(Number) is not null;
    }

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        var batch = cache.At(Number);
        handedOut = batch is not null;
        return batch;
    }

    public void Refresh(StreamSequenceToken token)
    {
        // It stands where it stands; new batches come after.
    }

    public void RecordDeliveryFailure() => handedOut = false;

    public void Dispose() => cache.Remove(this);
}
