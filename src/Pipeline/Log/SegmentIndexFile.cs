using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Eip.Pipeline.Log;

/// <summary>
/// The index of a sealed segment, kept beside it so that opening need not read the segment. It is never needed: an absent, stale or damaged one is
/// made anew from the segment.
/// </summary>
internal static class SegmentIndexFile
{
    private const int HeaderLength = 56;
    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "EIPINDEX"u8;

    public static string PathOf(string segmentPath) => Path.ChangeExtension(segmentPath, SegmentFormat.IndexExtension);

    public static void TrySave(string segmentPath, SegmentIndex index)
    {
        var blocks = MemoryMarshal.AsBytes(index.Blocks);
        byte[] bytes = new byte[HeaderLength + blocks.Length + sizeof(uint)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), index.Blocks.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), index.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), index.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), index.MinEventAt);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), index.MaxEventAt);
        blocks.CopyTo(bytes.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^sizeof(uint)..), Crc32C.Of(bytes.AsSpan(..^sizeof(uint))));
        try
        {
            File.WriteAllBytes(PathOf(segmentPath), bytes);
        }
        catch (IOException)
        {
            // A full disk costs the next opening some time, and nothing else.
        }
    }

    /// <summary>The index of a segment that has this length, or null when there is none that fits.</summary>
    public static SegmentIndex? TryLoad(string segmentPath, long segmentLength)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(PathOf(segmentPath));
        }
        catch (IOException)
        {
            return null;
        }

        if (bytes.Length < HeaderLength + sizeof(uint) || !bytes.AsSpan(0, 8).SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^sizeof(uint)..)) != Crc32C.Of(bytes.AsSpan(..^sizeof(uint)))
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) != Version
            || BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)) != segmentLength)
            return null;
        return SegmentIndex.Of(
            checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16))),
            segmentLength,
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(40)),
            MemoryMarshal.Cast<byte, SegmentIndex.Block>(bytes.AsSpan(HeaderLength..^sizeof(uint))));
    }
}
