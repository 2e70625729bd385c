using System.Buffers.Binary;
using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>
/// A segment's name and header; these values are frozen. The name is the offset of its first record in twenty digits.
/// <code>
///  0  8 bytes  "EIPEVLOG"
///  8  u16      format version, 2
/// 10  u16      partition
/// 12  u64      offset of the first record
/// 20  u32      the log that it belongs to
/// 24  u32      the chain of checksums of all records of the partition before it
/// 28  u32      CRC-32C of bytes 0 to 27
/// </code>
/// Version 1 has zeros in place of the log and the chain.
/// </summary>
internal readonly record struct SegmentFormat(int Version, int Partition, long BaseOffset, uint LogId, uint Chain)
{
    public const int HeaderLength = 32;
    public const ushort CurrentVersion = 2;
    public const string Extension = ".log", LostExtension = ".lost";

    private const int ChecksumAt = 28;

    private static ReadOnlySpan<byte> Magic => "EIPEVLOG"u8;

    public static string PathOf(string directory, long baseOffset) =>
        Path.Combine(directory, baseOffset.ToString("D20", CultureInfo.InvariantCulture) + Extension);

    public static string PartitionDirectory(string logDirectory, int partition) =>
        Path.Combine(logDirectory, "p" + partition.ToString("D4", CultureInfo.InvariantCulture));

    /// <summary>The first offsets of a partition's segments, in order.</summary>
    public static List<long> List(string directory)
    {
        var found = new List<long>();
        if (!Directory.Exists(directory))
            return found;
        foreach (string path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
                && path == PathOf(directory, offset))
                found.Add(offset);
        }

        found.Sort();
        return found;
    }

    /// <summary>Writes the header of a segment of the current version.</summary>
    public static void Write(Span<byte> header, int partition, long baseOffset, uint logId, uint chain)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)partition);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], baseOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], logId);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], chain);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Crc32C.Of(header[..ChecksumAt]));
    }

    /// <summary>Reads a header; null when the bytes are none.</summary>
    public static SegmentFormat? Read(ReadOnlySpan<byte> header) =>
        header.Length < HeaderLength || !header[..8].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != Crc32C.Of(header[..ChecksumAt])
            ? null
            : new SegmentFormat(
                BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[12..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[24..]));

    /// <summary>Whether the segment belongs to another log; a log of format 1 has nothing that would tell.</summary>
    public bool IsOfAnother(LogMetadata log) => log.Format != 1 && LogId != log.Id;

    /// <summary>Why a header does not fit the place of its segment; null when it does.</summary>
    /// <param name="header">The header, or null when the bytes are none.</param>
    /// <param name="log">The log.</param>
    /// <param name="partition">The partition that the segment stands in.</param>
    /// <param name="baseOffset">The offset that its name says.</param>
    /// <param name="chain">The chain of the records before it.</param>
    public static string? Misfit(SegmentFormat? header, LogMetadata log, int partition, long baseOffset, uint chain) => header switch
    {
        null => "its header does not match its checksum, or is cut short",
        { Version: > CurrentVersion } later => $"it has format version {later.Version}, and this version of EIP reads up to {CurrentVersion}",
        { } own when own.Partition != partition || own.BaseOffset != baseOffset =>
            $"it is the segment of partition {own.Partition} at offset {own.BaseOffset}, in the place of another",
        { Version: 1 } when log.Format == 1 => null,
        { Version: 1 } => "it is of an older format than its log",
        { } own when own.IsOfAnother(log) => "it is a segment of another log",
        { } own when own.Chain != chain => "the records before it are not those that were written",
        _ => null,
    };
}
