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
    private long checkedAt;
    private long passedAppendedAt;
    private long endOffset;

    /// <summary>Every subscriber has passed this batch and all before.</summary>
    public void Passed(FulfillmentEventBatch batch)
    {
        Volatile.Write(ref passedAppendedAt, batch.LastAppendedAt.ToUnixTimeMilliseconds());
        Volatile.Write(ref passed, batch.LastOffset + 1);
    }

    /// <summary>Reading begins anew elsewhere: what was passed says nothing any more.</summary>
    public void Forget()
    {
        Volatile.Write(ref passed, -1);
        committed = -1;
    }

    /// <summary>Commits when the interval is over and there is something to commit.</summary>
    public void CommitIfDue<TKey, TValue>(IConsumer<TKey, TValue> consumer, long? next)
    {
        if (Stopwatch.GetElapsedTime(checkedAt) < commitInterval)
            return;
        checkedAt = Stopwatch.GetTimestamp();
        long high = consumer.GetWatermarkOffsets(partition).High.Value;
        if (high > 0)
            Volatile.Write(ref endOffset, high);
        Commit(consumer, next);
    }

    /// <summary>Commits what is passed; a failure is logged, and the next commit covers it.</summary>
    /// <param name="consumer">The partition's client.</param>
    /// <param name="next">The offset of the next record to read.</param>
    public void Commit<TKey, TValue>(IConsumer<TKey, TValue> consumer, long? next)
    {
        long offset = Volatile.Read(ref passed);
        // Beyond what was read lie only batches of a topic that was made anew since.
        if (offset <= committed || next is null || offset > next)
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
