using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>The segments of one partition, and the way to an offset or a time in them. Members that are not volatile are guarded by the log's gate.</summary>
/// <param name="logDirectory">The log's directory.</param>
/// <param name="metadata">The log.</param>
/// <param name="number">The partition.</param>
/// <param name="flushedEnd">Up to where the process that writes has flushed a partition; null in that process.</param>
internal sealed class PartitionLog(string logDirectory, LogMetadata metadata, int number, Func<int, long>? flushedEnd)
{
    private readonly bool isWritten = flushedEnd is null;
    private volatile Segment[] segments = [];
    private long endOffset, lastEventAt = long.MinValue;

    public int Number { get; } = number;

    /// <summary>The log.</summary>
    public LogMetadata Metadata { get; set; } = metadata;

    public string DirectoryPath { get; } = SegmentFormat.PartitionDirectory(logDirectory, number);

    /// <summary>The offset after the last event that readers may see; volatile.</summary>
    public long EndOffset => Volatile.Read(ref endOffset);

    /// <summary>That offset, and the chain of all records before it; guarded by the log's gate.</summary>
    public FlushedEnd End { get; private set; } = new(0, 0);

    /// <summary>The greatest event time; volatile.</summary>
    public EventTime? LastEventAt => Volatile.Read(ref lastEventAt) is var time && time == long.MinValue ? null : new EventTime(time);

    public Segment[] Segments => segments;

    /// <summary>
    /// Reads the segments through, up to where they hold what was written; false when that lies before the flushed end. What comes after a flushed end
    /// may be torn.
    /// </summary>
    public bool TryLoad(RecordCursor cursor, FlushedEnd flushed)
    {
        bool isSound = flushed.Offset == 0;
        var last = (Segment?)null;
        foreach (long first in SegmentFormat.List(DirectoryPath))
        {
            var segment = Following(last);
            if (segment.BaseOffset != first || !TryOpen(segment, cursor))
                break;
            Append(segment);
            last = segment;
            long length = cursor.FileLength;
            if (segment.Scan(cursor, length, flushed.Offset) == RecordState.Whole && segment.EndOffset == flushed.Offset)
                isSound = flushed.Chain is null || flushed.Chain == segment.Index.Chain;
            if (segment.Scan(cursor, length) != RecordState.End)
                break;
        }

        Publish();
        return isSound && EndOffset >= flushed.Offset;
    }

    public void Append(Segment segment) => segments = [.. segments, segment];

    /// <summary>Lets readers see all that the indexes hold.</summary>
    public void Publish()
    {
        long greatest = long.MinValue;
        foreach (var segment in segments)
        {
            greatest = Math.Max(greatest, segment.Index.MaxEventAt);
            segment.ReadableLength = segment.Index.Length;
        }

        if (segments.Length > 0)
            Publish(segments[^1], greatest);
    }

    /// <summary>Lets readers see all of the last segment.</summary>
    public void Publish(Segment last, long greatestEventAt)
    {
        last.ReadableLength = last.Index.Length;
        if (greatestEventAt > lastEventAt)
            Volatile.Write(ref lastEventAt, greatestEventAt);
        End = new FlushedEnd(last.EndOffset, last.Index.Chain);
        Volatile.Write(ref endOffset, last.EndOffset);
    }

    /// <summary>Looks at what another process has appended meanwhile.</summary>
    /// <exception cref="LogDamagedException">What that has flushed cannot be read.</exception>
    public void Refresh(RecordCursor cursor)
    {
        if (isWritten || ScanOn(cursor))
            return;
        // What is not whole yet is being written, unless it was flushed before it is looked at again.
        long flushed = flushedEnd!(Number);
        ScanOn(cursor);
        if (EndOffset >= flushed)
            return;
        var last = segments.Length == 0 ? Following(null) : segments[^1];
        throw new LogDamagedException(new LogDamage(Number, last.Path, last.Index.Length, EndOffset, 0, "here is no whole record"), flushed - EndOffset);
    }

    /// <summary>Puts a cursor before an offset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the log.</exception>
    public Segment? Locate(long offset, RecordCursor cursor)
    {
        if (offset < 0 || offset > EndOffset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Partition {Number} has offsets 0 to {EndOffset}.");
        var segment = Array.FindLast(segments, candidate => candidate.BaseOffset <= offset);
        if (segment is null)
            return null;
        long record = offset - segment.BaseOffset;
        var block = segment.Index.BlockOf(record);
        OpenAt(segment, block.Position, cursor);
        for (long at = block.Record; at < record; at++)
        {
            if (cursor.Next(segment.Index.Length, out _) != RecordState.Whole)
                throw new LogDamagedException(segment.Path, cursor.Position, segment.BaseOffset + at, "there is no whole record here");
        }

        return segment;
    }

    /// <summary>The offset of the first event at or after a time, or the end.</summary>
    public long OffsetAt(EventTime time, RecordCursor cursor)
    {
        foreach (var segment in segments)
        {
            if (segment.Index.MaxEventAt < time.UnixSeconds)
                continue;
            var block = segment.Index.BlockAt(time.UnixSeconds);
            OpenAt(segment, block.Position, cursor);
            for (long offset = segment.BaseOffset + block.Record; ; offset++)
            {
                if (cursor.Next(segment.Index.Length, out var record) != RecordState.Whole)
                    throw new LogDamagedException(segment.Path, cursor.Position, offset, "there is no whole record here");
                if (RecordFormat.EventAt(record) >= time.UnixSeconds)
                    return offset;
            }
        }

        return EndOffset;
    }

    /// <summary>The segment after another, or null while there is none.</summary>
    public Segment? Next(Segment? segment)
    {
        var all = segments;
        int index = segment is null ? 0 : Array.IndexOf(all, segment) + 1;
        return index < all.Length ? all[index] : null;
    }

    /// <summary>Puts a cursor into a segment.</summary>
    /// <exception cref="LogDamagedException">The file is missing, or another.</exception>
    public void OpenAt(Segment segment, long position, RecordCursor cursor)
    {
        if (Misfit(segment, position, cursor) is { } wrong)
            throw new LogDamagedException(segment.Path, 0, segment.BaseOffset, wrong);
    }

    public PartitionStats ToStats()
    {
        long bytes = 0, least = long.MaxValue, greatest = long.MinValue;
        foreach (var segment in segments)
        {
            bytes += segment.Index.Length;
            least = Math.Min(least, segment.Index.MinEventAt);
            greatest = Math.Max(greatest, segment.Index.MaxEventAt);
        }

        long first = segments.Length == 0 ? 0 : segments[0].BaseOffset;
        bool isEmpty = greatest == long.MinValue;
        return new PartitionStats(
            Number, first, EndOffset, bytes, segments.Length, isEmpty ? null : new EventTime(least), isEmpty ? null : new EventTime(greatest));
    }

    // Takes in what has come; false when that does not end with a whole record.
    private bool ScanOn(RecordCursor cursor)
    {
        var last = segments.Length == 0 ? null : segments[^1];
        while (true)
        {
            bool isAtEnd = true;
            if (last is not null)
            {
                last.Open(cursor, last.Index.Length);
                long length = cursor.FileLength;
                last.Scan(cursor, length);
                isAtEnd = last.Index.Length == length;
            }

            var next = Following(last);
            bool isThere = last?.Index.Count != 0 && File.Exists(next.Path);
            if (isThere && TryOpen(next, cursor))
            {
                Append(next);
                last = next;
                continue;
            }

            Publish();
            return isAtEnd && !isThere;
        }
    }

    private Segment Following(Segment? last)
    {
        long first = last?.EndOffset ?? 0;
        return new Segment(SegmentFormat.PathOf(DirectoryPath, first), first, new SegmentIndex(last?.Index.Chain ?? 0));
    }

    private bool TryOpen(Segment segment, RecordCursor cursor) => Misfit(segment, SegmentFormat.HeaderLength, cursor) is null;

    private string? Misfit(Segment segment, long position, RecordCursor cursor) =>
        SegmentFormat.Misfit(segment.Open(cursor, position), Metadata, Number, segment.BaseOffset, segment.Index.FirstChain);
}
