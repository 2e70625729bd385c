using System.Runtime.ExceptionServices;

namespace Eip.Pipeline.Log;

/// <summary>The steps of opening a log, for those that write, read or examine it.</summary>
internal static class LogOpening
{
    /// <summary>The full path, so that files are named wholly, and the same way whatever is typed.</summary>
    public static string PathOf(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    /// <exception cref="LogDamagedException">There are files of a log, and its description is missing or damaged.</exception>
    public static LogMetadata LoadOrCreate(string directory, int partitions)
    {
        if (LogMetadata.TryLoad(directory) is { } known)
            return known;
        if (IsUsed(directory))
            return LogMetadata.Load(directory);
        var metadata = LogMetadata.Create(partitions);
        // Whoever finds the description finds the ends.
        new LogEnds(metadata.Id, 0, [.. Enumerable.Repeat(new FlushedEnd(0, 0), partitions)]).Save(directory);
        LogEnds.Sync(directory);
        metadata.Save(directory);
        if (Path.GetDirectoryName(directory) is { } parent)
            Durable.FlushDirectory(parent);
        return metadata;
    }

    /// <summary>Whether events were ever written to a directory, as far as its files tell without their description.</summary>
    public static bool IsUsed(string directory)
    {
        bool hasEnds = File.Exists(Path.Combine(directory, LogEnds.FileName)) || File.Exists(Path.Combine(directory, LogEnds.CopyName));
        var ends = LogEnds.TryLoad(directory, null, []);
        return (hasEnds && ends is null) || ends?.Ends.Any(static end => end.Offset > 0) == true
            || Directory.EnumerateDirectories(directory, "p*").Any(static partition => SegmentFormat.List(partition).Count > 0);
    }

    /// <summary>The flushed ends; of a log of format 1 that was never flushed, zeros.</summary>
    /// <exception cref="LogDamagedException">They are missing or damaged.</exception>
    public static LogEnds ReadEnds(string directory, LogMetadata metadata, List<string> notes)
    {
        var faults = new List<string>();
        if (LogEnds.TryLoad(directory, metadata, faults) is { } ends)
        {
            notes.AddRange(faults.Select(static fault => $"{fault}; its copy is whole, and the next process that writes the log replaces it."));
            return ends;
        }

        if (faults.Count > 0)
            throw new LogDamagedException(Path.Combine(directory, LogEnds.FileName), 0, 0, string.Join(", ", faults) + ": nothing tells how far the log was flushed");
        notes.Add("The log was made by an earlier version of EIP and never flushed: nothing tells whether it is complete.");
        return new LogEnds(0, 0, [.. Enumerable.Repeat(new FlushedEnd(0, null), metadata.Partitions)]);
    }

    /// <summary>Reads all partitions through.</summary>
    /// <exception cref="LogDamagedException">Events that had been flushed are missing or unreadable.</exception>
    public static PartitionLog[] Load(string directory, LogMetadata metadata, LogEnds ends, Func<int, long>? flushedEnd)
    {
        PartitionLog[] partitions = [.. Enumerable.Range(0, metadata.Partitions).Select(number => new PartitionLog(directory, metadata, number, flushedEnd))];
        int damaged = 0;
        try
        {
            Parallel.For(0, partitions.Length, number =>
            {
                using var cursor = new RecordCursor();
                if (!partitions[number].TryLoad(cursor, ends.Ends[number]))
                    Interlocked.Increment(ref damaged);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }

        if (damaged == 0)
            return partitions;
        var found = Examine(directory, metadata);
        throw found.Damages.Count > 0
            ? new LogDamagedException(found.Damages[0], found.Missing)
            : new LogDamagedException(directory, 0, 0, "it changed while it was read");
    }

    /// <summary>Reads everything, whatever it holds.</summary>
    public static LogExamination Examine(string directory, LogMetadata metadata)
    {
        var faults = new List<string>();
        var ends = LogEnds.TryLoad(directory, metadata, faults);
        var damages = new List<LogDamage>();
        if (ends is null && faults.Count > 0)
            damages.Add(new LogDamage(null, Path.Combine(directory, LogEnds.FileName), 0, 0, 0, "nothing tells how far the log was flushed: " + string.Join(", ", faults)));
        var examined = new PartitionExamination[metadata.Partitions];
        for (int number = 0; number < examined.Length; number++)
        {
            examined[number] = PartitionExamination.Of(directory, metadata, number, ends is null && faults.Count == 0 ? new FlushedEnd(0, null) : ends?.Ends[number]);
            damages.AddRange(examined[number].Damages);
        }

        return new LogExamination(damages, ends is null ? [] : faults, examined.Sum(static partition => partition.Events), examined.Length);
    }
}
