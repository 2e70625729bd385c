namespace Eip.Pipeline.Log;

/// <summary>Goes through the files of one partition, whatever they hold, and tells what is whole and what is not.</summary>
internal sealed class PartitionExamination
{
    private readonly LogMetadata log;
    private readonly FlushedEnd flushed;
    private readonly bool isEndKnown;
    private readonly int number;
    private long offset;
    private uint chain;
    private uint? chainAtFlush;

    // The chain of one lost record tells nothing of those after it.
    private bool isChainKnown = true;

    private PartitionExamination(LogMetadata log, int number, FlushedEnd? flushed)
    {
        (this.log, this.number, this.flushed, isEndKnown) = (log, number, flushed ?? default, flushed is not null);
        chainAtFlush = this.flushed.Offset == 0 ? 0 : null;
    }

    public List<LogDamage> Damages { get; } = [];

    /// <summary>Whole records.</summary>
    public long Events { get; private set; }

    /// <param name="logDirectory">The log's directory.</param>
    /// <param name="log">The log.</param>
    /// <param name="number">The partition.</param>
    /// <param name="flushed">Its flushed end; when that is not known, all that is not whole is damage.</param>
    public static PartitionExamination Of(string logDirectory, LogMetadata log, int number, FlushedEnd? flushed)
    {
        var examination = new PartitionExamination(log, number, flushed);
        string directory = SegmentFormat.PartitionDirectory(logDirectory, number);
        var bases = SegmentFormat.List(directory);
        if (bases.Count == 0 && flushed is { Offset: > 0 and var due })
        {
            string what = Directory.Exists(directory) ? "the segments of this partition are missing" : "this partition is missing";
            examination.Report(directory, 0, 0, due, what);
            return examination;
        }

        for (int i = 0; i < bases.Count; i++)
            examination.Take(SegmentFormat.PathOf(directory, bases[i]), bases[i], i + 1 < bases.Count ? bases[i + 1] : null);
        if (bases.Count > 0)
            examination.End(directory);
        return examination;
    }

    private void Take(string path, long first, long? next)
    {
        if (first > offset)
            Report(SegmentFormat.PathOf(Path.GetDirectoryName(path)!, offset), 0, offset, (isEndKnown ? Math.Min(first, flushed.Offset) : first) - offset, "this segment is missing");
        var found = SalvagedSegment.Read(path);
        long end = first + found.Records.Count, dueEnd = next ?? (isEndKnown ? Math.Max(flushed.Offset, first) : end);
        long due = Math.Max(0, (isEndKnown ? Math.Min(dueEnd, flushed.Offset) : dueEnd) - first);
        // The chain is compared only while it is known.
        string? misfit = SegmentFormat.Misfit(found.Header, log, number, first, isChainKnown ? chain : found.Header?.Chain ?? 0);
        if (misfit is null && first < offset)
            misfit = $"it begins with offset {first}, and the segment before it reaches {offset}";
        bool isForeign = found.Header is { } header && (header.Partition != number || header.BaseOffset != first || header.IsOfAnother(log));
        Events += isForeign ? 0 : found.Records.Count;
        if (misfit is not null)
        {
            Report(path, 0, first, isForeign ? due : Math.Max(0, due - found.Records.Count), misfit);
        }
        else if (found.Gaps.Count > 0)
        {
            var (position, _, before) = found.Gaps[0];
            Report(path, position, first + before, Math.Max(1, due - found.Records.Count), "here is no whole record");
        }
        else if (end < dueEnd)
        {
            string reason = next is null ? "it ends here, and more had been flushed" : $"it ends here, and the next segment begins with offset {next}";
            Report(path, found.Length, end, due - found.Records.Count, reason);
        }

        Follow(found, first);
        offset = misfit is null && found.Gaps.Count == 0 && end >= dueEnd ? end : dueEnd;
    }

    // What lies past a known flushed end is no damage: a crash may leave anything there.
    private void Report(string path, long position, long at, long missing, string reason)
    {
        isChainKnown = false;
        if (!isEndKnown || at < flushed.Offset)
            Damages.Add(new LogDamage(number, path, position, at, missing, reason));
    }

    private void Follow(SalvagedSegment found, long first)
    {
        if (!isChainKnown)
            return;
        foreach (uint checksum in found.Checksums())
        {
            chain = System.Numerics.BitOperations.Crc32C(chain, checksum);
            if (++first == flushed.Offset)
                chainAtFlush = chain;
        }
    }

    private void End(string directory)
    {
        if (isChainKnown && flushed.Chain is { } known && chainAtFlush != known)
        {
            string last = SegmentFormat.PathOf(directory, SegmentFormat.List(directory)[^1]);
            Damages.Add(new LogDamage(number, last, 0, 0, 0, "its records are whole, and not those that were flushed"));
        }
    }
}
