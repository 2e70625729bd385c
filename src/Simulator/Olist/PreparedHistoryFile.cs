using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Eip.Simulator.Olist;

/// <summary>
/// The form of a prepared history, little-endian throughout: blocks of up to <see cref="BlockEvents"/> events, the index of their first times, and a
/// trailer. A block is its events' number, its length and its CRC-32C, four bytes each, and then its events. The trailer comes last, so a file
/// without a whole one was never finished.
/// </summary>
internal static class PreparedHistoryFile
{
    public const int BlockEvents = 1024;
    public const int BlockHeaderLength = 12;
    public const int MaxBlockLength = BlockEvents * PreparedEventCodec.MaxLength;

    /// <summary>Changes whenever the form does, or whenever the rules by which events are derived do.</summary>
    public const int Version = 2;

    private const ulong Magic = 0x5354_4E45_5645_4945; // "EIEVENTS"

    /// <summary>Writes a history under a temporary name and moves it into place once it is safely on the disk.</summary>
    public static void Build(string path, OlistHistory history, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                var index = WriteBlocks(output, history, cancellation);
                WriteEnd(output, history, CollectionsMarshal.AsSpan(index));
                output.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>CRC-32C.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    private static List<BlockStart> WriteBlocks(FileStream output, OlistHistory history, CancellationToken cancellation)
    {
        var index = new List<BlockStart>();
        byte[] block = new byte[BlockHeaderLength + MaxBlockLength];
        foreach (var batch in history.Batches())
        {
            cancellation.ThrowIfCancellationRequested();
            for (int start = 0; start < batch.Length; start += BlockEvents)
            {
                var events = batch.Span.Slice(start, Math.Min(BlockEvents, batch.Length - start));
                int length = BlockHeaderLength;
                foreach (ref readonly var e in events)
                    length += PreparedEventCodec.Write(block.AsSpan(length), e);
                var payload = block.AsSpan(BlockHeaderLength, length - BlockHeaderLength);
                BinaryPrimitives.WriteInt32LittleEndian(block, events.Length);
                BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), payload.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(8), Checksum(payload));
                index.Add(new BlockStart(events[0].EventAt.UnixSeconds, output.Position));
                output.Write(block, 0, length);
            }
        }

        return index;
    }

    private static void WriteEnd(FileStream output, OlistHistory history, ReadOnlySpan<BlockStart> index)
    {
        var trailer = new Trailer
        {
            IndexOffset = output.Position,
            Blocks = index.Length,
            Version = Version,
            Events = history.EventCount,
            Orders = history.OrderCount,
            Rejects = history.RejectCount,
            First = history.FirstEventAt?.UnixSeconds ?? 0,
            Last = history.LastEventAt?.UnixSeconds ?? 0,
            Horizon = history.Horizon?.UnixSeconds ?? 0,
            IndexChecksum = Checksum(MemoryMarshal.AsBytes(index)),
            Magic = Magic,
        };
        output.Write(MemoryMarshal.AsBytes(index));
        trailer.OwnChecksum = trailer.Compute();
        output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<Trailer>(in trailer)));
    }

    /// <summary>Reads trailer and index; null when the file is not a whole one of this version.</summary>
    public static (Trailer Trailer, BlockStart[] Index)? TryReadEnd(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        Span<Trailer> trailer = stackalloc Trailer[1];
        var bytes = MemoryMarshal.AsBytes(trailer);
        long length = RandomAccess.GetLength(handle);
        long indexEnd = length - bytes.Length;
        if (indexEnd < 0 || RandomAccess.Read(handle, bytes, indexEnd) != bytes.Length)
            return null;
        var end = trailer[0];
        if (end.Magic != Magic || end.Version != Version || end.OwnChecksum != end.Compute() || end.Blocks < 0)
            return null;
        var index = new BlockStart[end.Blocks];
        var indexBytes = MemoryMarshal.AsBytes(index.AsSpan());
        bool whole = indexEnd - end.IndexOffset == indexBytes.Length
            && RandomAccess.Read(handle, indexBytes, end.IndexOffset) == indexBytes.Length
            && Checksum(indexBytes) == end.IndexChecksum;
        return whole ? (end, index) : null;
    }
}

/// <summary>Where a block begins, and the Unix second of its first event.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct BlockStart(long FirstAt, long Offset);

/// <summary>The end of a prepared history.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Trailer
{
    public long IndexOffset, Events, Orders, Rejects, First, Last, Horizon;
    public int Blocks, Version;
    public uint IndexChecksum, OwnChecksum;
    public ulong Magic;

    /// <summary>The checksum of everything but itself.</summary>
    public readonly uint Compute()
    {
        var copy = this;
        copy.OwnChecksum = 0;
        return PreparedHistoryFile.Checksum(MemoryMarshal.AsBytes(new ReadOnlySpan<Trailer>(in copy)));
    }
}
