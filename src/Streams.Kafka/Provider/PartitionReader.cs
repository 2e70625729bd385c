using System.Diagnostics;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.Provider;

/// <summary>
/// Reads one partition on a thread of its own: polls, decodes, sets malformed records aside, hands batches over one at a time, and lets
/// <see cref="PartitionProgress"/> commit what is passed. It goes on after every failure at the record where it stood.
/// </summary>
internal sealed partial class PartitionReader : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private readonly TopicPartition partition;
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

    // The offset of the next record to read, and the batch that grows.
    private long? next;
    private bool restartAtBeginning;
    private long batchFirst;
    private int batchRecords;
    private long batchStartedAt;
    private DateTimeOffset batchLastAppendedAt;

    public PartitionReader(
        TopicPartition partition,
        SiloAddress silo,
        KafkaStreamOptions options,
        DeadLetterWriter deadLetters,
        KafkaStreamInstruments instruments,
        TimeProvider time,
        ILogger logger)
    {
        this.partition = partition;
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
                    progress.Commit(consumer, next);
                }
                finally
                {
                    consumer.Close();
                }
            }
            catch (ConsumeException exception) when (exception.Error.Code == ErrorCode.Local_AutoOffsetReset)
            {
                LogOffsetGone(logger, partition, next ?? -1, exception);
                next = null;
                restartAtBeginning = true;
                progress.Forget();
            }
            catch (KafkaException exception)
            {
                LogReadFailed(logger, partition, next ?? -1, exception);
                stop.Token.WaitHandle.WaitOne(Backoff(failures++));
            }
        }
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
            // Makes the client learn at once who leads the partition; else its first fetch waits for the next of its scans, which are a second apart.
            consumer.QueryWatermarkOffsets(partition, RequestTimeout);
            consumer.Assign(new TopicPartitionOffset(partition, Start(consumer)));
            return consumer;
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    private Offset Start(IConsumer<Ignore, DecodedRecord> consumer)
    {
        if (next is { } goOn)
            return goOn;
        var stored = consumer.Committed([partition], RequestTimeout)[0].Offset;
        var start = restartAtBeginning || stored == Offset.Unset ? Offset.Beginning : stored;
        restartAtBeginning = false;
        LogStart(logger, partition, start, options.Group);
        return start;
    }

    private ConsumerConfig Config() => options.Client(new ConsumerConfig
    {
        GroupId = options.Group,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        // Never silently elsewhere: where an offset is gone, the log says so and the earliest that is left follows.
        AutoOffsetReset = AutoOffsetReset.Error,
        // This client never is a member of the group, so no rebalancing waits for its polls.
        MaxPollIntervalMs = 86_400_000,
        ConsumeResultFields = "timestamp",
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
            progress.CommitIfDue(consumer, next);
            if (batchRecords == options.BatchSize)
            {
                if (!TryHandOver())
                    slot.WaitUntilFree(options.CommitInterval);
                continue;
            }

            var record = consumer.Consume(batchRecords == 0 ? options.PollWait : TimeSpan.Zero);
            if (record is not null)
                Take(record);
            else if (batchRecords > 0 && !TryHandOver())
                slot.WaitUntilFree(TimeSpan.FromMilliseconds(5));
        }
    }

    private void Take(ConsumeResult<Ignore, DecodedRecord> record)
    {
        var appendedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.Message.Timestamp.UnixTimestampMs);
        if (record.Message.Value.Malformed is { } malformed && !SetAside(record.Offset, appendedAt, malformed))
            return;
        if (batchRecords++ == 0)
        {
            batchFirst = record.Offset;
            batchStartedAt = Stopwatch.GetTimestamp();
        }

        batchLastAppendedAt = appendedAt;
        next = record.Offset.Value + 1;
        if (record.Message.Value.Malformed is null)
            events.Add(record.Message.Value.Event);
    }

    private bool TryHandOver()
    {
        if (!slot.IsFree)
            return false;
        instruments.Polled(partition.Topic, partition.Partition, batchRecords, Stopwatch.GetElapsedTime(batchStartedAt));
        slot.Put(new FulfillmentEventBatch(partition.Topic, partition.Partition, batchFirst, next!.Value - 1, [.. events], batchLastAppendedAt, silo));
        events.Clear();
        batchRecords = 0;
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
