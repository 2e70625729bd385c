using System.Buffers.Binary;
using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>
/// A segment's name and header; these values are frozen. The name is the offset of its first record in twenty digits.
/// <code>
///  0  8 bytes  "EIPEVLOG"
///  8  u16      format version, 1
/// 10  u16      partition
/// 12  u64      offset of the first record
/// 20  u64      0
/// 28  u32      CRC-32C of bytes 0 to 27
/// </code>
/// </summary>
internal static class SegmentFormat
{
    public const int HeaderLength = 32;
    public const ushort Version = 1;
    public const string Extension = ".log", IndexExtension = ".index", LostExtension = ".lost";

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
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                found.Add(offset);
        }

        found.Sort();
        return found;
    }

    public static void WriteHeader(Span<byte> header, int partition, long baseOffset)
    {
        header[..HeaderLength].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)partition);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], baseOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Crc32C.Of(header[..ChecksumAt]));
    }

    /// <summary>What is wrong with a header, or null.</summary>
    /// <exception cref="LogDamagedException">The header is whole, and says that this file is none of ours to touch.</exception>
    public static string? Check(ReadOnlySpan<byte> header, string path, int partition, long baseOffset)
    {
        if (header.Length < HeaderLength)
            return "its header is cut short";
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != Crc32C.Of(header[..ChecksumAt]) || !header[..8].SequenceEqual(Magic))
            return "its header does not match its checksum";
        int version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version != Version)
            throw new LogDamagedException(path, 8, baseOffset, $"it has format version {version}, and this version of EIP reads {Version}");
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != partition || BinaryPrimitives.ReadInt64LittleEndian(header[12..]) != baseOffset)
            throw new LogDamagedException(path, 10, baseOffset, "it belongs to another partition or offset than its place and name say");
        return null;
    }
}
