using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Log;

/// <content>Appending and flushing.</content>
public sealed partial class EventLog
{
    private LogFailedException? failure;
    private IOException? trouble;

    /// <summary>Why the log takes no events at present, in a sentence for people; null when it does.</summary>
    public string? Trouble => Volatile.Read(ref failure)?.Message ?? (Volatile.Read(ref trouble) is { } last && !LogFailures.IsOver(DirectoryPath, last) ? last.Message : null);

    /// <summary>
    /// Appends events in the order given. When it throws, some of them may have been appended, each of them whole; to append all of them again is
    /// harmless, and the log is as good as before.
    /// </summary>
    /// <exception cref="LogFullException">The disk is full.</exception>
    /// <exception cref="ArgumentException">An event cannot be stored.</exception>
    /// <exception cref="LogReadOnlyException">The file system became read-only.</exception>
    /// <exception cref="LogFailedException">An earlier failure could not be made good, or another process writes the log.</exception>
    /// <exception cref="InvalidOperationException">The log was opened for reading.</exception>
    public AppendResult Append(ReadOnlySpan<FulfillmentEvent> events)
    {
        var result = AppendUnflushed(events);
        if (options.Durability == LogDurability.EveryAppend)
            Flush();
        return result;
    }

    /// <summary>Makes all that was appended survive a loss of power.</summary>
    /// <exception cref="LogFailedException">
    /// The disk failed, or the log is no longer this process's to write. What the disk holds is unknown then, so the log takes no more until it is opened
    /// again, which verifies it and writes the rest once more.
    /// </exception>
    public void Flush()
    {
        lock (flushing)
        {
            var files = new UnflushedFiles();
            FlushedEnd[] ends;
            lock (gate)
            {
                ThrowIfNotWritable();
                foreach (var writer in writers)
                    writer.TakeUnflushed(files);
                ends = [.. partitions.Select(static partition => partition.End)];
            }

            try
            {
                files.Flush(options.FlushFile);
                // Files that were deleted meanwhile hold nothing durably.
                writerLock!.ThrowIfLost();
                if (!writers.All(static writer => writer.HoldsItsFile))
                    throw new IOException("a segment file was deleted while it was written.");
                SaveEnds(ends);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                lock (gate)
                    throw Failed(exception);
            }
        }
    }

    private AppendResult AppendUnflushed(ReadOnlySpan<FulfillmentEvent> events)
    {
        lock (gate)
        {
            ThrowIfNotWritable();
            long duplicates = 0, corrections = 0;
            try
            {
                if (options.Deduplicate)
                    identities ??= ReadIdentities();
                foreach (ref readonly var @event in events)
                {
                    var known = identities?.Add(@event) ?? Known.Nothing;
                    if (known == Known.Everything)
                    {
                        duplicates++;
                        continue;
                    }

                    corrections += known == Known.OtherContents ? 1 : 0;
                    writers[PartitionOf(@event.OrderId)].Add(@event);
                }

                foreach (var writer in writers)
                    writer.WriteOut();
            }
            catch (Exception exception)
            {
                Reload();
                trouble = LogFailures.Explain(DirectoryPath, exception);
                if (trouble is not null)
                    throw trouble;
                throw;
            }

            trouble = null;

            return new AppendResult(events.Length - duplicates, duplicates, corrections);
        }
    }

    private void ThrowIfNotWritable()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (writerLock is null)
            throw new InvalidOperationException($"The event log in '{DirectoryPath}' was opened for reading.");
        if (failure is not null)
            throw failure;
        try
        {
            writerLock.ThrowIfLost();
        }
        catch (IOException exception)
        {
            throw Failed(exception);
        }
    }

    private LogFailedException Failed(Exception exception) => failure = new LogFailedException(DirectoryPath, exception);

    private void SaveEnds(FlushedEnd[] ends) => new LogEnds(metadata.Id, flushes++, ends).Save(DirectoryPath);

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
            Failed(exception);
        }
    }

    private IdentitySet ReadIdentities()
    {
        var known = new IdentitySet();
        var events = new FulfillmentEvent[1024];
        foreach (var partition in partitions)
        {
            using var reader = new EventLogReader(this, partition, 0);
            for (int count; (count = reader.Read(events)) > 0;)
            {
                foreach (ref readonly var @event in events.AsSpan(0, count))
                    known.Add(@event);
            }
        }

        return known;
    }
}
