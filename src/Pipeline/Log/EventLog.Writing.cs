using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <content>Appending and flushing.</content>
public sealed partial class EventLog
{
    /// <summary>
    /// Appends events in the order given. When it throws, some of them may have been appended, each of them whole; to append all of them again is
    /// harmless, and the log is as good as before.
    /// </summary>
    /// <exception cref="LogFullException">The disk is full.</exception>
    /// <exception cref="ArgumentException">An event cannot be stored.</exception>
    /// <exception cref="InvalidOperationException">The log was opened for reading, or an earlier failure could not be made good.</exception>
    public AppendResult Append(ReadOnlySpan<FulfillmentEvent> events)
    {
        var result = AppendUnflushed(events);
        if (options.Durability == LogDurability.EveryAppend)
            Flush();
        return result;
    }

    /// <summary>Makes all that was appended survive a loss of power.</summary>
    /// <exception cref="IOException">
    /// The disk failed. What it holds is unknown then, so the log takes no more until it is opened again, which verifies it.
    /// </exception>
    public void Flush()
    {
        lock (flushing)
        {
            var files = new List<(SafeFileHandle File, bool IsComplete)>();
            long[] ends;
            lock (gate)
            {
                ThrowIfNotWritable();
                foreach (var writer in writers)
                    writer.TakeUnflushed(files);
                ends = [.. partitions.Select(static partition => partition.EndOffset)];
            }

            FlushFiles(files);
            LogEnds.TrySave(DirectoryPath, ends);
        }
    }

    private AppendResult AppendUnflushed(ReadOnlySpan<FulfillmentEvent> events)
    {
        lock (gate)
        {
            ThrowIfNotWritable();
            long duplicates = 0;
            try
            {
                if (options.Deduplicate)
                    identities ??= ReadIdentities();
                foreach (ref readonly var @event in events)
                {
                    if (identities is not null && !identities.Add(@event))
                        duplicates++;
                    else
                        writers[PartitionOf(@event.OrderId)].Add(@event);
                }

                foreach (var writer in writers)
                    writer.WriteOut();
            }
            catch (Exception exception)
            {
                Reload();
                if (LogFullException.IsFull(exception))
                    throw new LogFullException(DirectoryPath, exception);
                throw;
            }

            return new AppendResult(events.Length - duplicates, duplicates);
        }
    }

    private void ThrowIfNotWritable()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (writerLock is null)
            throw new InvalidOperationException($"The event log in '{DirectoryPath}' was opened for reading.");
        if (failure is not null)
            throw new InvalidOperationException($"The event log in '{DirectoryPath}' failed earlier and must be opened again: {failure.Message}", failure);
    }

    private void FlushFiles(List<(SafeFileHandle File, bool IsComplete)> files)
    {
        try
        {
            foreach (var (file, isComplete) in files)
            {
                RandomAccess.FlushToDisk(file);
                if (isComplete)
                    file.Dispose();
            }
        }
        catch (IOException exception)
        {
            lock (gate)
                failure = exception;
            throw;
        }
    }

    private void Reload()
    {
        identities = null;
        try
        {
            foreach (var writer in writers)
                writer.Reload(scratch);
        }
        catch (IOException exception)
        {
            failure = exception;
        }
    }

    private IdentitySet ReadIdentities()
    {
        var known = new IdentitySet();
        var events = new FulfillmentEvent[1024];
        foreach (var partition in partitions)
        {
            using var reader = new EventLogReader(partition, 0);
            for (int count; (count = reader.Read(events)) > 0;)
            {
                foreach (ref readonly var @event in events.AsSpan(0, count))
                    known.Add(@event);
            }
        }

        return known;
    }
}
