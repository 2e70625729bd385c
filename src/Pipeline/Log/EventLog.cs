using System.Runtime.ExceptionServices;
using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>
/// The event log of the embedded host: the only truth, from which all else can be made again. Append-only segment files per partition; an order's
/// events are all in one partition, in the order in which they were appended.
/// <para>
/// What <see cref="Append"/> took is visible to readers and in the hands of the operating system when it returns: it survives the end of the process,
/// however it comes. What <see cref="Flush"/> has covered survives a loss of power too.
/// </para>
/// One process writes a log at a time; any number read it. Members are safe for concurrent use.
/// </summary>
public sealed partial class EventLog : IDisposable
{
    private readonly Lock gate = new();

    // Taken before the gate. A flush holds the gate only to see what there is to flush, so that appends and readers go on beside it.
    private readonly Lock flushing = new();
    private readonly EventLogOptions options;
    private readonly WriterLock? writerLock;
    private readonly PartitionLog[] partitions;
    private readonly PartitionWriter[] writers;
    private readonly RecordCursor scratch = new();
    private IdentitySet? identities;
    private Exception? failure;
    private bool isDisposed;

    private EventLog(string directory, EventLogOptions options, WriterLock? writerLock, int partitionCount)
    {
        (DirectoryPath, this.options, this.writerLock) = (directory, options, writerLock);
        bool isWritten = writerLock is not null;
        partitions = [.. Enumerable.Range(0, partitionCount).Select(number => new PartitionLog(directory, number, gate, isWritten))];
        var losses = new LogLoss?[partitionCount];
        try
        {
            Parallel.For(0, partitionCount, number =>
            {
                using var cursor = new RecordCursor();
                partitions[number].Load(cursor);
                if (isWritten)
                    losses[number] = SegmentRecovery.Recover(partitions[number]);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }

        writers = isWritten ? [.. partitions.Select(partition => new PartitionWriter(partition, options))] : [];
        if (isWritten)
            Recovery = Report(losses);
    }

    /// <summary>Where the log is.</summary>
    public string DirectoryPath { get; }

    /// <summary>The number of partitions, fixed when the log was made.</summary>
    public int PartitionCount => partitions.Length;

    /// <summary>What opening found and did.</summary>
    public LogRecovery Recovery { get; } = LogRecovery.None;

    /// <summary>Opens a log for writing, and makes it if there is none. A tail that a crash tore is cut off, kept aside and reported.</summary>
    /// <exception cref="LogBusyException">Another process writes it.</exception>
    /// <exception cref="LogDamagedException">A file of it is not one that this version can write to.</exception>
    /// <exception cref="LogFullException">There is no space to open it.</exception>
    public static EventLog Open(string directory, EventLogOptions options)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var taken = WriterLock.Take(directory);
            try
            {
                return new EventLog(directory, options, taken, LogMetadata.LoadOrCreate(directory, options.Partitions).Partitions);
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        }
        catch (IOException exception) when (LogFullException.IsFull(exception))
        {
            throw new LogFullException(directory, exception);
        }
    }

    /// <summary>Opens a log for reading, beside the process that writes it. Whole records only are seen, and new ones as they come.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no log.</exception>
    /// <exception cref="LogDamagedException">A file of it is not one that this version can read.</exception>
    public static EventLog OpenForReading(string directory)
    {
        var metadata = LogMetadata.TryLoad(directory) ?? throw new DirectoryNotFoundException($"There is no event log in '{directory}'.");
        return new EventLog(directory, new EventLogOptions(), null, metadata.Partitions);
    }

    /// <summary>The id of the process that writes the log in a directory; 0 when it cannot be told, null when none does.</summary>
    public static int? WriterOf(string directory) => WriterLock.HolderOf(directory);

    /// <summary>The partition of an order: its stable hash modulo the number of partitions.</summary>
    public int PartitionOf(OrderId orderId) => (int)(orderId.StableHash() % (uint)partitions.Length);

    /// <summary>The offset after the last event of a partition.</summary>
    public long EndOffset(int partition) => Fresh(partition).EndOffset;

    /// <summary>The greatest event time of a partition, or null when it is empty.</summary>
    public EventTime? LastEventAt(int partition) => Fresh(partition).LastEventAt;

    /// <summary>Reads a partition from an offset on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the log.</exception>
    /// <exception cref="LogDamagedException">The way to the offset leads over damage.</exception>
    public EventLogReader Read(int partition, long offset)
    {
        lock (gate)
            return new EventLogReader(Refreshed(partition), offset);
    }

    /// <summary>
    /// The offset of the first event at or after a time, or the end when there is none: all earlier events are older. Later ones may be older too, as
    /// events need not arrive in the order of their time.
    /// </summary>
    /// <exception cref="LogDamagedException">The way to the time leads over damage.</exception>
    public long OffsetAt(int partition, EventTime time)
    {
        lock (gate)
            return Refreshed(partition).OffsetAt(time, scratch);
    }

    /// <summary>What the log holds.</summary>
    public LogStats Stats()
    {
        lock (gate)
            return new LogStats([.. partitions.Select(partition => Refreshed(partition.Number).ToStats())]);
    }

    /// <summary>Reads the whole log and tells each place that does not hold what was written; one a partition and segment.</summary>
    public IReadOnlyList<LogDamage> Verify() => LogVerification.Run(partitions);

    /// <summary>Flushes and closes the log. Readers may go on.</summary>
    public void Dispose()
    {
        lock (flushing)
        lock (gate)
        {
            if (isDisposed)
                return;
            try
            {
                if (failure is null && writers.Length > 0)
                    Flush();
            }
            finally
            {
                isDisposed = true;
                foreach (var writer in writers)
                    writer.Dispose();
                scratch.Dispose();
                writerLock?.Dispose();
            }
        }
    }

    private PartitionLog Fresh(int partition)
    {
        if (writerLock is not null)
            return partitions[partition];
        lock (gate)
            return Refreshed(partition);
    }

    private PartitionLog Refreshed(int partition)
    {
        partitions[partition].Refresh(scratch);
        return partitions[partition];
    }

    private LogRecovery Report(LogLoss?[] losses)
    {
        long[]? ends = LogEnds.TryLoad(DirectoryPath, PartitionCount);
        bool isShort = false;
        foreach (var partition in partitions)
        {
            long missing = ends is null ? 0 : ends[partition.Number] - partition.EndOffset;
            if (missing <= 0)
                continue;
            isShort = true;
            var segment = partition.Segments[^1];
            var loss = losses[partition.Number]
                ?? new LogLoss(partition.Number, segment.Path, segment.Index.Length, partition.EndOffset, 0, null, null, "it ends earlier than when it was last flushed");
            losses[partition.Number] = loss with { EventsLost = missing };
        }

        if (isShort)
            LogEnds.TrySave(DirectoryPath, [.. partitions.Select(static partition => partition.EndOffset)]);
        string[] notes = PartitionCount == options.Partitions
            ? []
            : [$"The log has {PartitionCount} partitions, fixed when it was made; {options.Partitions} were asked for."];
        return new LogRecovery([.. losses.OfType<LogLoss>()], notes);
    }
}
