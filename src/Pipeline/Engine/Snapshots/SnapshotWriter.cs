using System.Buffers;
using System.Buffers.Binary;
using Eip.Domain;

namespace Eip.Pipeline.Engine.Snapshots;

/// <summary>Writes one partition's cases as a snapshot.</summary>
internal static class SnapshotWriter
{
    /// <summary>Writes cases, which come in ascending order of their id.</summary>
    public static void Write(Stream stream, int partition, SnapshotPosition position, ReadOnlySpan<FulfillmentCase> sorted)
    {
        var block = new ArrayBufferWriter<byte>(SnapshotFormat.BlockLength * 2);
        var index = new ArrayBufferWriter<byte>(64 * 1024);
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderLength];
        SnapshotFormat.WriteHeader(header, partition);
        stream.Write(header);
        long offset = header.Length;
        int blocks = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (block.WrittenCount == 0)
            {
                WriteInt64(index, offset);
                CaseEncoder.WriteId(index, sorted[i].OrderId);
                blocks++;
            }

            CaseEncoder.Write(block, sorted[i]);
            if (block.WrittenCount < SnapshotFormat.BlockLength && i + 1 < sorted.Length)
                continue;
            offset += WriteBlock(stream, block.WrittenSpan);
            block.ResetWrittenCount();
        }

        stream.Write(index.WrittenSpan);
        Span<byte> trailer = stackalloc byte[SnapshotFormat.TrailerLength];
        SnapshotFormat.WriteTrailer(
            trailer, new SnapshotTrailer(offset, index.WrittenCount, SnapshotFormat.Checksum(index.WrittenSpan), blocks, position with { Count = sorted.Length }));
        stream.Write(trailer);
    }

    private static int WriteBlock(Stream stream, ReadOnlySpan<byte> block)
    {
        Span<byte> prefix = stackalloc byte[SnapshotFormat.BlockPrefixLength];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[4..], SnapshotFormat.Checksum(block));
        stream.Write(prefix);
        stream.Write(block);
        return prefix.Length + block.Length;
    }

    private static void WriteInt64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }
}
