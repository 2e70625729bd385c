using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>
/// Makes the last segment of a partition end with a whole record. What comes after the last whole record is cut off, and kept in a side file: nothing
/// is destroyed in silence.
/// </summary>
internal static class SegmentRecovery
{
    public static LogLoss? Recover(PartitionLog partition)
    {
        if (partition.Segments.Length == 0)
            return null;
        var segment = partition.Segments[^1];
        using var handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        string? reason = RepairHeader(partition.Number, segment, handle, out long length);
        long whole = segment.Index.Length;
        if (length <= whole)
            return reason is null ? null : new LogLoss(partition.Number, segment.Path, 0, segment.EndOffset, 0, null, null, reason);

        string keptIn = Keep(segment.Path, handle, whole, length);
        RandomAccess.SetLength(handle, whole);
        RandomAccess.FlushToDisk(handle);
        reason = (reason is null ? "" : reason + "; ")
            + (length - whole < RecordFormat.MaxLength ? "it ended within a record, or with a damaged one" : "a record does not match its checksum");
        return new LogLoss(partition.Number, segment.Path, whole, segment.EndOffset, length - whole, null, keptIn, reason);
    }

    // All that a header says follows from the file's place and name, so a damaged one costs no event.
    private static string? RepairHeader(int partition, Segment segment, Microsoft.Win32.SafeHandles.SafeFileHandle handle, out long length)
    {
        length = RandomAccess.GetLength(handle);
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
        int read = RandomAccess.Read(handle, header, 0);
        string? wrong = SegmentFormat.Check(header[..read], segment.Path, partition, segment.BaseOffset);
        if (wrong is null)
            return null;
        SegmentFormat.WriteHeader(header, partition, segment.BaseOffset);
        RandomAccess.Write(handle, header, 0);
        // A process that ended between making the file and writing its header has lost nothing.
        return length == 0 ? null : wrong + " and was written anew";
    }

    private static string Keep(string path, Microsoft.Win32.SafeHandles.SafeFileHandle handle, long from, long to)
    {
        string stem = path + "." + from.ToString(CultureInfo.InvariantCulture), keptIn = stem + SegmentFormat.LostExtension;
        for (int i = 2; File.Exists(keptIn); i++)
            keptIn = stem + "-" + i.ToString(CultureInfo.InvariantCulture) + SegmentFormat.LostExtension;
        try
        {
            using var kept = File.OpenHandle(keptIn, FileMode.CreateNew, FileAccess.Write);
            byte[] buffer = new byte[64 * 1024];
            for (long at = from; at < to;)
            {
                int read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at);
                RandomAccess.Write(kept, buffer.AsSpan(0, read), at - from);
                at += read;
            }

            RandomAccess.FlushToDisk(kept);
            return keptIn;
        }
        catch
        {
            File.Delete(keptIn);
            throw;
        }
    }
}
