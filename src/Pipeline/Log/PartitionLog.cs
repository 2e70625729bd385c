using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>The segments of one partition, and the way to an offset or a time in them. Members that are not volatile are guarded by the log's gate.</summary>
internal sealed class PartitionLog(string logDirectory, int number, Lock gate, bool isWritten)
{
    private volatile Segment[] segments = [];
    private long endOffset, lastEventAt = long.MinValue;

    public int Number { get; } = number;

    public string DirectoryPath { get; } = SegmentFormat.PartitionDirectory(logDirectory, number);

    /// <summary>The offset after the last event that readers may see; volatile.</summary>
    public long EndOffset => Volatile.Read(ref endOffset);

    /// <summary>The greatest event time; volatile.</summary>
    public EventTime? LastEventAt => Volatile.Read(ref lastEventAt) is var time && time == long.MinValue ? null : new EventTime(time);

    public Segment[] Segments => segments;

    /// <summary>Finds the segments. Only the last one is read through, unless an earlier one has lost its index.</summary>
    public void Load(RecordCursor cursor)
    {
        var bases = SegmentFormat.List(DirectoryPath);
        for (int i = 0; i < bases.Count; i++)
        {
            string path = SegmentFormat.PathOf(DirectoryPath, bases[i]);
            long length = new FileInfo(path).Length;
            bool isLast = i == bases.Count - 1;
            var index = isLast ? null : SegmentIndexFile.TryLoad(path, length);
            var segment = new Segment(path, bases[i], index ?? new SegmentIndex());
            if (index is null)
            {
                segment.Scan(cursor, length);
                if (isWritten && !isLast && segment.EndOffset == bases[i + 1])
                    SegmentIndexFile.TrySave(path, segment.Index);
            }

            segment.ReadableLength = isLast ? segment.Index.Length : length;
            segments = [.. segments, segment];
        }

        Publish();
    }

    public void Append(Segment segment) => segments = [.. segments, segment];

    /// <summary>Lets readers see all that the indexes hold.</summary>
    public void Publish()
    {
        long greatest = long.MinValue;
        foreach (var segment in segments)
            greatest = Math.Max(greatest, segment.Index.MaxEventAt);
        if (segments.Length > 0)
            Publish(segments[^1], greatest);
    }

    /// <summary>Lets readers see all of the last segment.</summary>
    public void Publish(Segment last, long greatestEventAt)
    {
        last.ReadableLength = last.Index.Length;
        if (greatestEventAt > lastEventAt)
            Volatile.Write(ref lastEventAt, greatestEventAt);
        Volatile.Write(ref endOffset, last.EndOffset);
    }

    /// <summary>Looks at what another process has appended meanwhile.</summary>
    public void Refresh(RecordCursor cursor)
    {
        if (isWritten)
            return;
        while (true)
        {
            var last = segments.Length == 0 ? null : segments[^1];
            last?.Scan(cursor, new FileInfo(last.Path).Length);
            string next = SegmentFormat.PathOf(DirectoryPath, last?.EndOffset ?? 0);
            if (last?.Index.Count == 0 || !File.Exists(next))
                break;
            Append(new Segment(next, last?.EndOffset ?? 0, new SegmentIndex()));
        }

        Publish();
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

    /// <summary>Up to where a reader that has a segment open may read it, in bytes.</summary>
    public long LimitOf(Segment segment, RecordCursor cursor) => isWritten ? segment.ReadableLength : cursor.FileLength;

    /// <summary>The segment after one that was read to the given offset, or null while there is none. Takes the gate.</summary>
    public Segment? After(Segment? segment, long offset)
    {
        var next = Next(segment);
        if (next is not null || isWritten || !File.Exists(SegmentFormat.PathOf(DirectoryPath, offset)) || segment?.BaseOffset == offset)
            return next;
        using var scratch = new RecordCursor();
        lock (gate)
            Refresh(scratch);
        return Next(segment);
    }

    public void OpenAt(Segment segment, long position, RecordCursor cursor)
    {
        cursor.Open(segment.Path, position);
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
        int length = cursor.ReadAt(0, header);
        // A header that another process is about to write stands before no record yet.
        if (length < header.Length && !isWritten && segment == segments[^1])
            return;
        if (SegmentFormat.Check(header[..length], segment.Path, Number, segment.BaseOffset) is { } wrong)
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

    private Segment? Next(Segment? segment)
    {
        var all = segments;
        int index = segment is null ? 0 : Array.IndexOf(all, segment) + 1;
        return index < all.Length ? all[index] : null;
    }
}
