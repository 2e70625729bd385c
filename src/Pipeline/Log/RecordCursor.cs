using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

internal enum RecordState
{
    /// <summary>A whole record.</summary>
    Whole,

    /// <summary>The limit lies just here.</summary>
    End,

    /// <summary>The limit lies within a record.</summary>
    Torn,

    /// <summary>The bytes here are no record.</summary>
    Damaged,
}

/// <summary>Walks the records of one segment file after another, checksums included.</summary>
internal sealed class RecordCursor : IDisposable
{
    private const int BufferLength = 256 * 1024;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private SafeFileHandle? handle;
    private int start, end;

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; }

    /// <summary>The length of the file now.</summary>
    public long FileLength => RandomAccess.GetLength(handle!);

    public void Open(string path, long position)
    {
        handle?.Dispose();
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        Position = position;
        Forget();
    }

    /// <summary>Drops what was read ahead.</summary>
    public void Forget() => start = end = 0;

    /// <summary>The next record before a limit. The span holds until the next call.</summary>
    public RecordState Next(long limit, out ReadOnlySpan<byte> record)
    {
        record = default;
        int length = end - start >= sizeof(ushort) ? RecordFormat.LengthOf(buffer.AsSpan(start)) : RecordFormat.MaxLength;
        if (end - start < length)
        {
            Fill(limit);
            if (start == end)
                return RecordState.End;
            if (end - start < sizeof(ushort))
                return RecordState.Torn;
            length = RecordFormat.LengthOf(buffer.AsSpan(start));
            if (length >= RecordFormat.MinLength && end - start < length)
                return RecordState.Torn;
        }

        if (length < RecordFormat.MinLength)
            return RecordState.Damaged;
        record = buffer.AsSpan(start, length);
        if (!RecordFormat.IsWhole(record))
            return RecordState.Damaged;
        start += length;
        Position += length;
        return RecordState.Whole;
    }

    public int ReadAt(long position, Span<byte> bytes) => RandomAccess.Read(handle!, bytes, position);

    public void Dispose()
    {
        handle?.Dispose();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Forget();
    }

    private void Fill(long limit)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        while (end < buffer.Length)
        {
            long from = Position + end;
            int wanted = (int)Math.Min(buffer.Length - end, limit - from);
            int read = wanted <= 0 ? 0 : RandomAccess.Read(handle!, buffer.AsSpan(end, wanted), from);
            if (read == 0)
                return;
            end += read;
        }
    }
}
