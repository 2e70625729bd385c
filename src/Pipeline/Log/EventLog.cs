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
    private readonly PartitionWriter[] writers = [];
    private readonly RecordCursor scratch = new();
    private readonly LogMetadata metadata;
    private IdentitySet? identities;
    private ulong flushes;
    private bool isDisposed;

    private EventLog(string directory, EventLogOptions options, LogMetadata metadata, WriterLock? writerLock)
    {
        (DirectoryPath, this.options, this.metadata, this.writerLock) = (directory, options, metadata, writerLock);
        var notes = new List<string>();
        // The ends are read before the segments, which another process may extend meanwhile.
        var ends = LogOpening.ReadEnds(directory, metadata, notes);
        partitions = LogOpening.Load(directory, metadata, ends, writerLock is null ? FlushedNow : null);
        if (writerLock is null)
        {
            Recovery = new LogRecovery([], notes);
            return;
        }

        var losses = partitions.Select(SegmentRecovery.Recover).OfType<LogLoss>().ToArray();
        if (metadata.Format != LogMetadata.CurrentFormat)
            this.metadata = LogUpgrade.Run(directory, partitions);
        writers = [.. partitions.Select(partition => new PartitionWriter(partition, options))];
        flushes = ends.Flush + 1;
        for (int i = 0; i < partitions.Length; i++)
        {
            if (partitions[i].EndOffset > ends.Ends[i].Offset || flushes == 1)
                SegmentRecovery.WriteAgain(partitions[i], ends.Ends[i].Offset, scratch, options.FlushFile);
        }

        SaveEnds([.. partitions.Select(static partition => partition.End)]);
        LogEnds.Sync(directory);
        Durable.FlushDirectory(directory);
        if (PartitionCount != options.Partitions)
            notes.Add($"The log has {PartitionCount} partitions, fixed when it was made; {options.Partitions} were asked for.");
        Recovery = new LogRecovery(losses, notes);
    }

    /// <summary>Where the log is.</summary>
    public string DirectoryPath { get; }

    /// <summary>The number of partitions, fixed when the log was made.</summary>
    public int PartitionCount => partitions.Length;

    /// <summary>What opening found and did.</summary>
    public LogRecovery Recovery { get; } = LogRecovery.None;

    /// <summary>
    /// Opens a log for writing, and makes it if there is none. All of it is read with its checksums. A tail that was never flushed and that a crash tore
    /// is cut off, kept aside and reported; what else lies past the flushed end is made durable.
    /// </summary>
    /// <exception cref="LogBusyException">Another process writes it.</exception>
    /// <exception cref="LogDamagedException">Events that had been flushed are missing or unreadable, or a file is of a later version.</exception>
    /// <exception cref="LogFullException">There is no space to open it.</exception>
    /// <exception cref="LogReadOnlyException">Its file system is read-only.</exception>
    public static EventLog Open(string directory, EventLogOptions options)
    {
        directory = LogOpening.PathOf(directory);
        try
        {
            Directory.CreateDirectory(directory);
            var taken = WriterLock.Take(directory);
            try
            {
                return new EventLog(directory, options, LogOpening.LoadOrCreate(directory, options.Partitions), taken);
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is not (LogFullException or LogReadOnlyException) && LogFailures.Explain(directory, exception) is not null)
        {
            throw LogFailures.Explain(directory, exception)!;
        }
    }

    /// <summary>
    /// Opens a log for reading, beside the process that writes it. All of it is read with its checksums. Whole records only are seen, and new ones as
    /// they come.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no log.</exception>
    /// <exception cref="LogDamagedException">Events that had been flushed are missing or unreadable, or a file is of a later version.</exception>
    public static EventLog OpenForReading(string directory)
    {
        directory = LogOpening.PathOf(directory);
        var described = LogMetadata.TryLoad(directory);
        if (described is null && (!Directory.Exists(directory) || !LogOpening.IsUsed(directory)))
            throw new DirectoryNotFoundException($"There is no event log in '{directory}'.");
        return new EventLog(directory, new EventLogOptions(), described ?? LogMetadata.Load(directory), null);
    }

    /// <summary>Reads a whole log with every checksum and tells each place that does not hold what was written; nothing is changed.</summary>
    /// <exception cref="LogDamagedException">The file that describes the log is missing or damaged, or of a later version.</exception>
    public static LogExamination Examine(string directory) => LogOpening.Examine(LogOpening.PathOf(directory), LogMetadata.Load(directory));

    /// <summary>
    /// Makes a damaged log one that opens again: every whole record is kept, whatever was changed or lost around it, and the damaged files are moved aside.
    /// </summary>
    /// <exception cref="LogBusyException">Another process writes it.</exception>
    /// <exception cref="LogDamagedException">It cannot be told how many partitions there were, or a file is of a later version.</exception>
    public static LogRepairReport Repair(string directory)
    {
        directory = LogOpening.PathOf(directory);
        using var taken = WriterLock.Take(directory);
        return LogRepair.Run(directory);
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
            return new EventLogReader(this, Refreshed(partition), offset);
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

    /// <summary>Looks at what another process has appended meanwhile.</summary>
    internal void RefreshForReader(PartitionLog partition)
    {
        if (writerLock is not null)
            return;
        lock (gate)
            partition.Refresh(scratch);
    }

    private long FlushedNow(int partition) => LogEnds.TryLoad(DirectoryPath, metadata, [])?.Ends[partition].Offset ?? 0;
}
