using System.Diagnostics;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.Continuity;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.Provider;

/// <summary>
/// Reads one partition on a thread of its own: polls, decodes, sets malformed records aside, hands batches over one at a time, and lets
/// <see cref="PartitionProgress"/> commit what is passed. It goes on after every failure at the record where it stood, and goes back when the store does.
/// Batches follow each other without a gap: offsets that hold no record (markers of transactions, what was aborted or compacted) belong to one as well.
/// </summary>
internal sealed partial class PartitionReader : IDisposable
{
    private static readonly TimeSpan StoreCheck = TimeSpan.FromSeconds(1), TopicCheck = TimeSpan.FromSeconds(1);
    private readonly TopicPartition partition;
    private readonly PartitionStart start;
    private readonly SiloAddress silo;
    private readonly KafkaStreamOptions options;
    private readonly DeadLetterWriter deadLetters;
    private readonly KafkaStreamInstruments instruments;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly BatchSlot slot;
    private readonly CancellationTokenSource stop = new();
    private readonly List<FulfillmentEvent> events;
    private readonly PartitionProgress progress;
    private readonly Func<PartitionLag> lag;
    private Task running = Task.CompletedTask;

    // Where reading stands, and the batch that grows up to there.
    private long? next;
    private bool isGone;
    private string? told;
    private long storeCheckedAt, topicCheckedAt;
    private long batchFirst;
    private int batchRecords;
    private long batchStartedAt;
    private DateTimeOffset batchLastAppendedAt;

    public PartitionReader(
        TopicPartition partition,
        SiloAddress silo,
        KafkaStreamOptions options,
        IStoredPositions? positions,
        DeadLetterWriter deadLetters,
        KafkaStreamInstruments instruments,
        TimeProvider time,
        ILogger logger)
    {
        this.partition = partition;
        start = new PartitionStart(partition, positions);
        this.silo = silo;
        this.options = options;
        this.deadLetters = deadLetters;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        slot = new BatchSlot(time);
        events = new List<FulfillmentEvent>(options.BatchSize);
        progress = new PartitionProgress(partition, options.CommitInterval, instruments, time, logger);
        lag = progress.Lag;
    }

    public void Start()
    {
        instruments.Watch(partition.Topic, partition.Partition, lag);
        using (ExecutionContext.SuppressFlow())
            running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The next batch, or null when none came for a while.</summary>
    public ValueTask<FulfillmentEventBatch?> TakeAsync(TimeSpan atMost, CancellationToken cancellationToken) => slot.TakeAsync(atMost, cancellationToken);

    /// <summary>Every subscriber has passed this batch and all before.</summary>
    public void Passed(FulfillmentEventBatch batch) => progress.Passed(batch);

    /// <summary>Commits what is passed and lets go of the partition; gives up waiting after a while.</summary>
    public async Task StopAsync(TimeSpan atMost)
    {
        await stop.CancelAsync();
        slot.WakeReader();
        instruments.Unwatch(partition.Topic, partition.Partition, lag);
        await running.WaitAsync(atMost, time);
    }

    /// <summary>After <see cref="StopAsync"/> completed.</summary>
    public void Dispose() => stop.Dispose();

    private void Run()
    {
        int failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var consumer = Open();
                failures = 0;
                try
                {
                    Read(consumer);
                    progress.Commit(consumer);
                }
                finally
                {
                    consumer.Close();
                }
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.Local_AutoOffsetReset)
            {
                LogOffsetGone(logger, partition, next ?? -1, exception);
                Forget();
                isGone = true;
            }
            catch (ContinuityBrokenException exception)
            {
                if (told != exception.Message)
                    LogContinuityBroken(logger, told = exception.Message);
                Forget();
                stop.Token.WaitHandle.WaitOne(options.MaxRetryPause);
            }
            catch (Exception exception) when (exception is KafkaException or StoreUnavailableException)
            {
                LogReadFailed(logger, partition, next ?? -1, exception);
                stop.Token.WaitHandle.WaitOne(Backoff(failures++));
            }
        }
    }

    // What was read and passed says nothing any more: the store, or the group, tells where to begin.
    private void Forget()
    {
        next = null;
        events.Clear();
        batchRecords = 0;
        progress.Forget();
    }

    private IConsumer<Ignore, DecodedRecord> Open()
    {
        var decoder = new RecordDecoder();
        var consumer = new ConsumerBuilder<Ignore, DecodedRecord>(Config())
            .SetKeyDeserializer(decoder)
            .SetValueDeserializer(decoder)
            .SetErrorHandler((_, error) => LogClientError(logger, partition, error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            bool goesOn = next is not null;
            long at = start.Find(consumer, next, isGone);
            (isGone, told) = (false, null);
            if (!goesOn)
            {
                LogStart(logger, partition, at, options.Group);
                (next, batchFirst) = (at, at);
            }

            consumer.Assign(new TopicPartitionOffset(partition, at));
            return consumer;
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    private ConsumerConfig Config() => options.Client(new ConsumerConfig
    {
        GroupId = options.Group,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        // Never silently elsewhere.
        AutoOffsetReset = AutoOffsetReset.Error,
        // This client never is a member of the group, so no rebalancing waits for its polls.
        MaxPollIntervalMs = 86_400_000,
        ConsumeResultFields = "timestamp",
        // Tells of positions that no record has.
        EnablePartitionEof = true,
        FetchMinBytes = options.FetchMinBytes,
        FetchWaitMaxMs = (int)options.FetchMaxWait.TotalMilliseconds,
        QueuedMinMessages = options.BatchSize * 10,
        QueuedMaxMessagesKbytes = options.ReadAheadKibibytes,
        // A queue that was full is asked again this soon: with the client's default of a second, the reading stands still for most of each.
        FetchQueueBackoffMs = 5,
        SocketTimeoutMs = 10_000,
        AllowAutoCreateTopics = false,
        StatisticsIntervalMs = 0,
    });

    private void Read(IConsumer<Ignore, DecodedRecord> consumer)
    {
        while (!stop.IsCancellationRequested)
        {
            progress.CommitIfDue(consumer);
            if (IsElsewhere(consumer))
                return;
            if (batchRecords == options.BatchSize)
            {
                if (!TryHandOver())
                    slot.WaitUntilFree(options.CommitInterval);
                continue;
            }

            var record = consumer.Consume(next == batchFirst ? options.PollWait : TimeSpan.Zero);
            if (record is { IsPartitionEOF: true })
                Reach(record.Offset);
            else if (record is not null)
                Take(record);
            else if (next > batchFirst && !TryHandOver())
                slot.WaitUntilFree(TimeSpan.FromMilliseconds(5));
        }
    }

    // Whether to begin anew, because the store went back or the topic is another one.
    private bool IsElsewhere(IConsumer<Ignore, DecodedRecord> consumer)
    {
        // The client reads on in a topic that was deleted and created again, so before records are handed over the topic is looked at.
        if (next > batchFirst && Stopwatch.GetElapsedTime(topicCheckedAt) > TopicCheck)
        {
            topicCheckedAt = Stopwatch.GetTimestamp();
            if (start.IsAnotherTopic(consumer))
            {
                Forget();
                isGone = true;
                return true;
            }
        }

        if (Stopwatch.GetElapsedTime(storeCheckedAt) < StoreCheck)
            return false;
        storeCheckedAt = Stopwatch.GetTimestamp();
        try
        {
            if (progress.PassedUpTo is { } passed && start.WentBack(passed))
            {
                LogStoreWentBack(logger, partition, passed);
                Forget();
                return true;
            }
        }
        catch (StoreUnavailableException)
        {
            // Whoever stores the batches says so.
        }

        return false;
    }

    private void Reach(long position)
    {
        next = Math.Max(position, next!.Value);
        progress.ReachedEnd(next.Value);
    }

    private void Take(ConsumeResult<Ignore, DecodedRecord> record)
    {
        var appendedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.Message.Timestamp.UnixTimestampMs);
        if (record.Message.Value.Malformed is { } malformed && !SetAside(record.Offset, appendedAt, malformed))
            return;
        if (batchRecords++ == 0)
            batchStartedAt = Stopwatch.GetTimestamp();
        progress.LeftEnd();
        batchLastAppendedAt = appendedAt;
        next = record.Offset.Value + 1;
        if (record.Message.Value.Malformed is null)
            events.Add(record.Message.Value.Event);
    }

    private bool TryHandOver()
    {
        if (!slot.IsFree)
            return false;
        if (batchRecords > 0)
            instruments.Polled(partition.Topic, partition.Partition, batchRecords, Stopwatch.GetElapsedTime(batchStartedAt));
        progress.HandedOver(next!.Value);
        slot.Put(new FulfillmentEventBatch(
            partition.Topic, partition.Partition, batchFirst, next.Value - 1, [.. events], batchLastAppendedAt, silo, start.TopicId));
        events.Clear();
        batchRecords = 0;
        batchFirst = next.Value;
        return true;
    }

    // Until the letter is written the record is not taken; false only when the reader stops.
    private bool SetAside(long offset, DateTimeOffset appendedAt, MalformedRecord malformed)
    {
        for (int failures = 0; !stop.IsCancellationRequested; failures++)
        {
            try
            {
                var letter = DeadLetterRecord.Of(
                    new TopicPartitionOffset(partition, offset), appendedAt, malformed.Key, malformed.Value, malformed.Error, time.GetUtcNow());
                deadLetters.WriteAsync(letter, stop.Token).GetAwaiter().GetResult();
                instruments.DeadLettered(partition.Topic, partition.Partition);
                LogSetAside(logger, partition, offset, malformed.Error);
                return true;
            }
            catch (KafkaException exception)
            {
                instruments.DeadLetterFailed(partition.Topic, partition.Partition);
                LogSetAsideFailed(logger, partition, offset, exception);
                stop.Token.WaitHandle.WaitOne(Backoff(failures));
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    private TimeSpan Backoff(int failures) => RetryBackoff.Pause(options, failures);
}
