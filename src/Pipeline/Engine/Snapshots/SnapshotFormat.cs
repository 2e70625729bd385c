using System.Buffers.Binary;
using Eip.Domain;
using Eip.Pipeline.Log;

namespace Eip.Pipeline.Engine.Snapshots;

/// <summary>
/// The layout of a snapshot: a header; blocks of cases in ascending order of order id, each with its length and CRC-32C before it; an index with the
/// first order of every block; and a trailer. All numbers are little-endian. Every bit is under a checksum or has one valid value.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeaderLength = 16;
    public const int BlockPrefixLength = 8;
    public const int TrailerLength = 72;

    /// <summary>A block is closed once it is this long.</summary>
    public const int BlockLength = 32 * 1024;

    private const int Version = 2;
    private const long NoTime = long.MinValue;

    private static ReadOnlySpan<byte> Magic => "EIPCASES"u8;

    public static void WriteHeader(Span<byte> destination, int partition)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], partition);
    }

    /// <exception cref="SnapshotRefusedException">It is not the header of a snapshot of this partition.</exception>
    public static void CheckHeader(ReadOnlySpan<byte> header, int partition)
    {
        if (!header[..8].SequenceEqual(Magic))
            throw new SnapshotRefusedException("it is not a snapshot of cases");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version != Version)
            throw new SnapshotRefusedException($"its format is version {version}, and this program reads version {Version}");
        int of = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        if (of != partition)
            throw new SnapshotRefusedException($"it is of partition {of}, not of partition {partition}");
    }

    public static uint Checksum(ReadOnlySpan<byte> bytes) => Crc32C.Of(bytes);

    public static void WriteTrailer(Span<byte> destination, in SnapshotTrailer trailer)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, trailer.IndexOffset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], trailer.IndexLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], trailer.IndexChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], trailer.Position.Count);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], trailer.Position.ProjectedOffset);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], trailer.Position.Watermark?.UnixSeconds ?? NoTime);
        BinaryPrimitives.WriteInt32LittleEndian(destination[40..], trailer.Position.PartitionCount);
        BinaryPrimitives.WriteInt32LittleEndian(destination[44..], trailer.BlockCount);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[48..], trailer.Position.LogFingerprint);
        Magic.CopyTo(destination[56..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination[64..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[68..], Checksum(destination[..68]));
    }

    /// <exception cref="SnapshotRefusedException">It is not a whole trailer.</exception>
    public static SnapshotTrailer ReadTrailer(ReadOnlySpan<byte> source)
    {
        if (!source[56..64].SequenceEqual(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(source[68..]) != Checksum(source[..68]))
            throw new SnapshotRefusedException("its end is missing or damaged");
        long watermark = BinaryPrimitives.ReadInt64LittleEndian(source[32..]);
        return new SnapshotTrailer(
            BinaryPrimitives.ReadInt64LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[44..]),
            new SnapshotPosition(
                BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
                watermark == NoTime ? null : new EventTime(watermark),
                BinaryPrimitives.ReadInt32LittleEndian(source[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(source[48..])));
    }
}

/// <summary>What a snapshot holds.</summary>
/// <param name="Count">Its cases.</param>
/// <param name="ProjectedOffset">The offset after the last event that is in them.</param>
/// <param name="Watermark">The greatest event time that is in them.</param>
/// <param name="PartitionCount">The partitions of the log that it was made of.</param>
/// <param name="LogFingerprint">What tells that log from another.</param>
internal readonly record struct SnapshotPosition(long Count, long ProjectedOffset, EventTime? Watermark, int PartitionCount, ulong LogFingerprint);

internal readonly record struct SnapshotTrailer(long IndexOffset, int IndexLength, uint IndexChecksum, int BlockCount, SnapshotPosition Position);

/// <summary>A snapshot cannot be used; the log is replayed instead.</summary>
internal sealed class SnapshotRefusedException(string reason) : Exception(reason);
