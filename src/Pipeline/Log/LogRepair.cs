using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>
/// Makes damaged partitions anew from every record of their files that is whole. The new files are complete and durable before the old ones are moved
/// aside, so that a repair that is interrupted is simply run again.
/// </summary>
internal static class LogRepair
{
    private const string NewSuffix = ".repaired";

    /// <summary>Repairs a log whose lock is held.</summary>
    public static LogRepairReport Run(string directory)
    {
        var notes = new List<string>();
        FinishMoves(directory);
        var metadata = Describe(directory, notes);
        var found = LogOpening.Examine(directory, metadata);
        var ends = LogEnds.TryLoad(directory, metadata, []);
        notes.AddRange(found.Notes);
        int[] damaged = [.. found.Damages.Select(static damage => damage.Partition).OfType<int>().Distinct().Order()];
        // Records find their partition by their order: those of two that were exchanged go back to where they belong.
        var rebuilt = damaged.ToDictionary(
            static number => number, number => new PartitionRebuild(NewDirectory(directory, number), metadata, number));
        string? keptIn = null;
        if (damaged.Length > 0)
        {
            var salvage = new Salvage(directory, metadata, rebuilt);
            foreach (int number in damaged)
                salvage.Take(number);
            foreach (var partition in rebuilt.Values)
                partition.Complete();
            keptIn = NewFolder(directory);
            foreach (int number in damaged)
                Move(directory, number, keptIn);
        }

        SaveEnds(directory, metadata, ends, rebuilt);
        return new LogRepairReport(
            found,
            [.. damaged.Select(number => new RepairedPartition(
                number, rebuilt[number].Count, Math.Max(0, (ends?.Ends[number].Offset ?? 0) - rebuilt[number].Count), rebuilt[number].Gone))],
            keptIn,
            notes);
    }

    // Which log it is stands in the description, both files of ends and every segment: what most of them say holds, and of equals the segments.
    private static LogMetadata Describe(string directory, List<string> notes)
    {
        LogMetadata? described = null;
        var ends = LogEnds.ReadBoth(directory);
        string fault = "it was of another log";
        try
        {
            described = LogMetadata.Load(directory);
        }
        catch (LogDamagedException exception) when (ends.Count > 0)
        {
            fault = exception.Message.TrimEnd('.');
        }

        if (described is { Format: 1 })
            return described;
        uint[] said = [.. HeadersOf(directory).Where(static header => header.Version > 1).Select(static header => header.LogId), .. ends.Select(static file => file.Log)];
        uint id = (described is null ? said : [.. said, described.Id]).CountBy(static log => log).MaxBy(static pair => pair.Value).Key;
        if (described?.Id == id)
            return described;
        int partitions = ends.Find(file => file.Log == id)?.Ends.Length ?? described?.Partitions ?? ends[0].Ends.Length;
        var anew = id == 0 ? new LogMetadata(1, partitions) : LogMetadata.Of(partitions, id);
        anew.Save(directory);
        notes.Add($"'{Path.Combine(directory, LogMetadata.FileName)}' was written anew: {fault}.");
        return anew;
    }

    private static IEnumerable<SegmentFormat> HeadersOf(string directory)
    {
        byte[] header = new byte[SegmentFormat.HeaderLength];
        foreach (string path in Directory.EnumerateDirectories(directory, "p*").SelectMany(static partition => Directory.EnumerateFiles(partition, "*" + SegmentFormat.Extension)))
        {
            using var handle = File.OpenHandle(path);
            if (SegmentFormat.Read(header.AsSpan(0, RandomAccess.Read(handle, header, 0))) is { } read)
                yield return read;
        }
    }

    private static void SaveEnds(string directory, LogMetadata metadata, LogEnds? ends, Dictionary<int, PartitionRebuild> rebuilt)
    {
        var now = new FlushedEnd[metadata.Partitions];
        for (int number = 0; number < now.Length; number++)
        {
            if (rebuilt.TryGetValue(number, out var partition))
            {
                now[number] = partition.End;
                continue;
            }

            using var cursor = new RecordCursor();
            var whole = new PartitionLog(directory, metadata, number, static _ => 0);
            if (!whole.TryLoad(cursor, ends?.Ends[number] ?? new FlushedEnd(0, null)))
                throw new LogDamagedException(whole.DirectoryPath, 0, 0, "it changed while it was repaired");
            // What lies past the flushed end was never synced: the next writer does that.
            now[number] = ends?.Ends[number] is { Chain: not null } known ? known : whole.End;
        }

        if (metadata.Format == 1 && rebuilt.Count == 0 && ends is not null)
            return;
        new LogEnds(metadata.Id, (ends?.Flush ?? 0) + 1, now).Save(directory);
        LogEnds.Sync(directory);
        Durable.FlushDirectory(directory);
    }

    private static void FinishMoves(string directory)
    {
        foreach (string complete in Directory.EnumerateDirectories(directory, "p*" + NewSuffix).ToArray())
        {
            string target = complete[..^NewSuffix.Length];
            if (Directory.Exists(target))
                Directory.Delete(complete, recursive: true);
            else
                Directory.Move(complete, target);
        }
    }

    private static void Move(string directory, int number, string keptIn)
    {
        string target = SegmentFormat.PartitionDirectory(directory, number);
        if (Directory.Exists(target))
            Directory.Move(target, Path.Combine(keptIn, Path.GetFileName(target)));
        Directory.Move(NewDirectory(directory, number), target);
        Durable.FlushDirectory(keptIn);
        Durable.FlushDirectory(directory);
    }

    private static string NewDirectory(string directory, int number) => SegmentFormat.PartitionDirectory(directory, number) + NewSuffix;

    private static string NewFolder(string directory)
    {
        for (int i = 1; ; i++)
        {
            string path = Path.Combine(directory, "damaged-" + i.ToString("D3", CultureInfo.InvariantCulture));
            if (!Directory.Exists(path))
                return Directory.CreateDirectory(path).FullName;
        }
    }
}
