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

    /// <summary>Reads on from the end of the index to the end of the file, taking whole records in, and tells how it ended.</summary>
    public RecordState Scan(RecordCursor cursor, long limit)
    {
        cursor.Open(Path, Index.Length);
        while (true)
        {
            var state = cursor.Next(limit, out var record);
            if (state != RecordState.Whole)
                return state;
            Index.Add(record.Length, RecordFormat.EventAt(record));
        }
    }
}
