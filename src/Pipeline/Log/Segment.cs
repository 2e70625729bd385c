namespace Eip.Pipeline.Log;

/// <summary>One segment file of a partition.</summary>
internal sealed class Segment(string path, long baseOffset, SegmentIndex index)
{
    private long readableLength = index.Length;

    public string Path { get; } = path;

    /// <summary>The offset of its first record.</summary>
    public long BaseOffset { get; } = baseOffset;

    /// <summary>Guarded by the log's gate.</summary>
    public SegmentIndex Index { get; set; } = index;

    /// <summary>The offset after its last record; guarded by the log's gate.</summary>
    public long EndOffset => BaseOffset + Index.Count;

    /// <summary>Up to where readers of this process may read, in bytes; always the end of a record.</summary>
    public long ReadableLength
    {
        get => Volatile.Read(ref readableLength);
        set => Volatile.Write(ref readableLength, value);
    }

    /// <summary>Opens the file at a position and returns its header; null when it has none that is whole.</summary>
    /// <exception cref="LogDamagedException">The file is missing.</exception>
    public SegmentFormat? Open(RecordCursor cursor, long position)
    {
        try
        {
            cursor.Open(Path, position);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LogDamagedException(Path, 0, BaseOffset, "it is missing");
        }

        Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
        return SegmentFormat.Read(header[..cursor.ReadAt(0, header)]);
    }

    /// <summary>Reads on from the end of the index with an open cursor, takes whole records in up to an offset, and tells how it ended.</summary>
    public RecordState Scan(RecordCursor cursor, long limit, long untilOffset = long.MaxValue)
    {
        while (EndOffset < untilOffset)
        {
            var state = cursor.Next(limit, out var record);
            if (state != RecordState.Whole)
                return state;
            Index.Add(record.Length, RecordFormat.EventAt(record), RecordFormat.ChecksumOf(record));
        }

        return RecordState.Whole;
    }
}
