using Eip.Domain;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <summary>Appends to one partition. Guarded by the log's gate; when a member throws, <see cref="Reload"/> makes it right again.</summary>
internal sealed class PartitionWriter : IDisposable
{
    private const int BufferLength = 256 * 1024;
    private readonly PartitionLog partition;
    private readonly EventLogOptions options;
    private readonly byte[] buffer;
    private readonly int fullAt;
    private readonly List<SafeFileHandle> unflushed = [];
    private SafeFileHandle handle;
    private Segment segment;
    private int buffered;
    private bool isDirty, hasNewFile;

    /// <summary>Appends after the last segment of a partition, which has been recovered, or begins its first.</summary>
    public PartitionWriter(PartitionLog partition, EventLogOptions options)
    {
        (this.partition, this.options) = (partition, options);
        fullAt = (int)Math.Min(BufferLength, options.SegmentBytes);
        buffer = new byte[fullAt + RecordFormat.MaxLength + sizeof(ulong)];
        if (partition.Segments.Length == 0)
        {
            (segment, handle) = Create(0, chain: 0);
            partition.Append(segment);
        }
        else
        {
            segment = partition.Segments[^1];
            handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
    }

    /// <summary>Takes an event; it is written, and readers see it, after the next <see cref="WriteOut"/>.</summary>
    public void Add(in FulfillmentEvent @event)
    {
        if (segment.Index.Length >= options.SegmentBytes)
            Roll();
        int length = RecordFormat.Write(buffer.AsSpan(buffered), @event);
        buffered += length;
        segment.Index.Add(length, @event.EventAt.UnixSeconds, RecordFormat.ChecksumOf(buffer.AsSpan(buffered - length)));
        if (buffered >= fullAt)
            WriteOut();
    }

    /// <summary>Hands what was added to the operating system and shows it to readers.</summary>
    public void WriteOut()
    {
        if (buffered == 0)
            return;
        isDirty = true;
        options.Write(handle, buffer.AsSpan(0, buffered), segment.Index.Length - buffered);
        buffered = 0;
        partition.Publish(segment, segment.Index.MaxEventAt);
    }

    /// <summary>Hands over the files that were written since the last call, to be flushed; the caller closes those that are complete.</summary>
    public void TakeUnflushed(UnflushedFiles files)
    {
        foreach (var earlier in unflushed)
            files.Add(earlier, isComplete: true);
        unflushed.Clear();
        if (isDirty)
            files.Add(handle, isComplete: false);
        isDirty = false;
        if (hasNewFile)
            files.AddDirectory(partition.DirectoryPath);
        hasNewFile = false;
    }

    /// <summary>Whether the file that is written now is where it was.</summary>
    public bool HoldsItsFile => !OperatingSystem.IsLinux() || DirectoryHandle.PathOf(handle) is not null;

    /// <summary>After a failure: takes the state from the file, and cuts off what was written of a record.</summary>
    public void Reload(RecordCursor cursor)
    {
        if (buffered == 0 && RandomAccess.GetLength(handle) == segment.Index.Length)
            return;
        buffered = 0;
        segment.Index = new SegmentIndex(segment.Index.FirstChain);
        segment.Open(cursor, SegmentFormat.HeaderLength);
        segment.Scan(cursor, RandomAccess.GetLength(handle));
        RandomAccess.SetLength(handle, segment.Index.Length);
        partition.Publish();
    }

    public void Dispose()
    {
        handle.Dispose();
        unflushed.ForEach(static earlier => earlier.Dispose());
    }

    private void Roll()
    {
        WriteOut();
        var (next, nextHandle) = Create(segment.EndOffset, segment.Index.Chain);
        unflushed.Add(handle);
        (segment, handle) = (next, nextHandle);
        partition.Append(next);
    }

    private (Segment Segment, SafeFileHandle Handle) Create(long baseOffset, uint chain)
    {
        Directory.CreateDirectory(partition.DirectoryPath);
        string path = SegmentFormat.PathOf(partition.DirectoryPath, baseOffset);
        var created = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
            SegmentFormat.Write(header, partition.Number, baseOffset, partition.Metadata.Id, chain);
            options.Write(created, header, 0);
        }
        catch
        {
            created.Dispose();
            File.Delete(path);
            throw;
        }

        isDirty = hasNewFile = true;
        return (new Segment(path, baseOffset, new SegmentIndex(chain)), created);
    }
}
