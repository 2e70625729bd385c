using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <summary>
/// Makes a partition end with a whole record. What comes after it, and after the flushed end, is what a crash left of a write: it is cut off, and kept in
/// a side file, so that nothing is destroyed in silence.
/// </summary>
internal static class SegmentRecovery
{
    private const int BufferLength = 256 * 1024;

    public static LogLoss? Recover(PartitionLog partition)
    {
        LogLoss? first = null;
        var last = partition.Segments.Length == 0 ? null : partition.Segments[^1];
        if (last is not null && new FileInfo(last.Path).Length > last.Index.Length)
            first = Cut(partition, last.Path, last.Index.Length);
        foreach (long beyond in SegmentFormat.List(partition.DirectoryPath).Where(found => last is null || found > last.BaseOffset))
        {
            string path = SegmentFormat.PathOf(partition.DirectoryPath, beyond);
            // A process that ended before it wrote into a new segment has lost nothing.
            if (new FileInfo(path).Length > SegmentFormat.HeaderLength)
            {
                var cut = Cut(partition, path, 0);
                first ??= cut;
            }

            File.Delete(path);
        }

        return first;
    }

    /// <summary>
    /// Writes what lies past the flushed end once more and makes it durable. It was never known to be on the disk, and after a sync that failed the system
    /// takes it for written.
    /// </summary>
    public static void WriteAgain(PartitionLog partition, long fromOffset, RecordCursor cursor, FileFlush flush)
    {
        byte[] buffer = new byte[BufferLength];
        foreach (var segment in partition.Segments.Where(segment => segment.EndOffset > fromOffset || segment.Index.Count == 0))
        {
            long position = 0;
            if (segment.BaseOffset < fromOffset)
            {
                partition.Locate(fromOffset, cursor);
                position = cursor.Position;
            }

            using var handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            for (int read; (read = RandomAccess.Read(handle, buffer, position)) > 0; position += read)
                RandomAccess.Write(handle, buffer.AsSpan(0, read), position);
            flush(handle);
        }

        Durable.FlushDirectory(partition.DirectoryPath);
    }

    private static LogLoss Cut(PartitionLog partition, string path, long from)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(handle);
        string keptIn = Keep(path, handle, from, length);
        RandomAccess.SetLength(handle, from);
        Durable.Flush(handle);
        Durable.FlushDirectory(partition.DirectoryPath);
        return new LogLoss(partition.Number, path, from, partition.EndOffset, length - from, keptIn);
    }

    private static string Keep(string path, SafeFileHandle handle, long from, long to)
    {
        string stem = path + "." + from.ToString(CultureInfo.InvariantCulture), keptIn = stem + SegmentFormat.LostExtension;
        for (int i = 2; File.Exists(keptIn); i++)
            keptIn = stem + "-" + i.ToString(CultureInfo.InvariantCulture) + SegmentFormat.LostExtension;
        try
        {
            using var kept = File.OpenHandle(keptIn, FileMode.CreateNew, FileAccess.Write);
            byte[] buffer = new byte[BufferLength];
            for (long at = from; at < to;)
            {
                int read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at);
                RandomAccess.Write(kept, buffer.AsSpan(0, read), at - from);
                at += read;
            }

            Durable.Flush(kept);
            return keptIn;
        }
        catch
        {
            File.Delete(keptIn);
            throw;
        }
    }
}
