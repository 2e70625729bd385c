using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Eip.Streams.Kafka.Provider;

/// <summary>How far a partition was passed, and how far that is committed. The agent reports, the reading thread commits.</summary>
internal sealed partial class PartitionProgress(
    TopicPartition partition, TimeSpan commitInterval, KafkaStreamInstruments instruments, TimeProvider time, ILogger logger)
{
    // Everything below these offsets; -1 while nothing is known.
    private long passed = -1;
    private long committed = -1;
    private long handedOver = -1;
    private long checkedAt;
    private long passedAppendedAt;
    private long endOffset;
    private bool isAtEnd;

    /// <summary>The offset below which everything was passed since reading began; null while nothing was.</summary>
    public long? PassedUpTo => Volatile.Read(ref passed) is >= 0 and var offset ? offset : null;

    /// <summary>A batch that ends here was handed over.</summary>
    public void HandedOver(long end) => Volatile.Write(ref handedOver, end);

    /// <summary>Reading has come to the end of what can be read; beyond it lie at most the records of open transactions.</summary>
    public void ReachedEnd(long end)
    {
        isAtEnd = true;
        Volatile.Write(ref endOffset, end);
    }

    /// <summary>There was a record more.</summary>
    public void LeftEnd() => isAtEnd = false;

    /// <summary>Every subscriber has passed this batch and all before.</summary>
    public void Passed(FulfillmentEventBatch batch)
    {
        // Beyond what was handed over lie only batches from before reading began anew.
        if (batch.LastOffset >= Volatile.Read(ref handedOver))
            return;
        Volatile.Write(ref passedAppendedAt, batch.LastAppendedAt.ToUnixTimeMilliseconds());
        Volatile.Write(ref passed, batch.LastOffset + 1);
    }

    /// <summary>Reading begins anew elsewhere: what was passed says nothing any more.</summary>
    public void Forget()
    {
        isAtEnd = false;
        Volatile.Write(ref handedOver, -1);
        Volatile.Write(ref passed, -1);
        committed = -1;
    }

    /// <summary>Commits when the interval is over and there is something to commit.</summary>
    public void CommitIfDue<TKey, TValue>(IConsumer<TKey, TValue> consumer)
    {
        if (Stopwatch.GetElapsedTime(checkedAt) < commitInterval)
            return;
        checkedAt = Stopwatch.GetTimestamp();
        long high = consumer.GetWatermarkOffsets(partition).High.Value;
        if (high > 0 && !isAtEnd)
            Volatile.Write(ref endOffset, high);
        Commit(consumer);
    }

    /// <summary>Commits what is passed; a failure is logged, and the next commit covers it.</summary>
    /// <param name="consumer">The partition's client.</param>
    public void Commit<TKey, TValue>(IConsumer<TKey, TValue> consumer)
    {
        long offset = Volatile.Read(ref passed);
        if (offset <= committed)
            return;
        long started = Stopwatch.GetTimestamp();
        try
        {
            consumer.Commit([new TopicPartitionOffset(partition, offset)]);
            committed = offset;
            instruments.Committed(partition.Topic, partition.Partition, Stopwatch.GetElapsedTime(started));
            LogCommitted(logger, partition, offset);
        }
        catch (KafkaException exception)
        {
            instruments.CommitFailed(partition.Topic, partition.Partition);
            LogCommitFailed(logger, partition, offset, exception);
        }
    }

    /// <summary>How far the partition is behind its end, as known here.</summary>
    public PartitionLag Lag()
    {
        long open = Volatile.Read(ref endOffset) - Math.Max(Volatile.Read(ref passed), 0);
        long at = Volatile.Read(ref passedAppendedAt);
        var age = open > 0 && at > 0 ? time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at) : TimeSpan.Zero;
        return new PartitionLag(Math.Max(open, 0), age);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Committed {Offset} of {Partition}.")]
    private static partial void LogCommitted(ILogger logger, TopicPartition partition, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Offset {Offset} of {Partition} could not be committed; the next commit covers it.")]
    private static partial void LogCommitFailed(ILogger logger, TopicPartition partition, long offset, Exception exception);
}
