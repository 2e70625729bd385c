namespace Eip.Pipeline.Log;

/// <summary>One segment file as it is: every record in it that is whole, and the bytes between them.</summary>
internal sealed class SalvagedSegment
{
    private readonly byte[] bytes;

    private SalvagedSegment(string path, byte[] bytes)
    {
        (Path, this.bytes) = (path, bytes);
        Header = SegmentFormat.Read(bytes.AsSpan(0, Math.Min(bytes.Length, SegmentFormat.HeaderLength)));
        Walk(Header is null && !IsRecordAt(SegmentFormat.HeaderLength) ? 0 : SegmentFormat.HeaderLength);
    }

    public string Path { get; }

    public SegmentFormat? Header { get; }

    public long Length => bytes.Length;

    /// <summary>Position and length of each whole record, in order.</summary>
    public List<(int Position, int Length)> Records { get; } = [];

    /// <summary>Position and length of what is no whole record, and the number of records before it.</summary>
    public List<(long Position, long Length, int Before)> Gaps { get; } = [];

    public static SalvagedSegment Read(string path)
    {
        try
        {
            return new SalvagedSegment(path, File.ReadAllBytes(path));
        }
        catch (FileNotFoundException)
        {
            return new SalvagedSegment(path, []);
        }
    }

    public ReadOnlySpan<byte> Record(int index) => bytes.AsSpan(Records[index].Position, Records[index].Length);

    public IEnumerable<uint> Checksums()
    {
        for (int i = 0; i < Records.Count; i++)
            yield return RecordFormat.ChecksumOf(Record(i));
    }

    // Where there is no whole record, each byte is tried until one begins there: records stand for themselves by their checksum.
    private void Walk(int position)
    {
        int gap = -1;
        while (position < bytes.Length)
        {
            if (!IsRecordAt(position))
            {
                gap = gap < 0 ? position : gap;
                position++;
                continue;
            }

            EndGap(ref gap, position);
            int length = RecordFormat.LengthOf(bytes.AsSpan(position));
            Records.Add((position, length));
            position += length;
        }

        EndGap(ref gap, bytes.Length);
    }

    private void EndGap(ref int gap, int end)
    {
        if (gap >= 0)
            Gaps.Add((gap, end - gap, Records.Count));
        gap = -1;
    }

    private bool IsRecordAt(int position)
    {
        if (position >= bytes.Length)
            return false;
        var rest = bytes.AsSpan(position);
        return RecordFormat.MayBegin(rest) && RecordFormat.IsWhole(rest[..RecordFormat.LengthOf(rest)]);
    }
}
