using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Eip.Pipeline.Log;

/// <summary>
/// The end offsets that were last flushed, in the file <c>ends</c>: a checksum and one number a partition. A log that ends earlier than this has lost
/// events, even when it was cut just between two records. A file that is absent or damaged says nothing.
/// </summary>
internal static class LogEnds
{
    private const string FileName = "ends";

    public static void TrySave(string directory, long[] ends)
    {
        byte[] bytes = new byte[sizeof(uint) + (ends.Length * sizeof(long))];
        MemoryMarshal.AsBytes(ends.AsSpan()).CopyTo(bytes.AsSpan(sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Crc32C.Of(bytes.AsSpan(sizeof(uint))));
        try
        {
            using var handle = File.OpenHandle(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.Write);
            RandomAccess.Write(handle, bytes, 0);
        }
        catch (IOException)
        {
            // It only helps to tell what was lost; a full disk must not make a flush fail that has done its work.
        }
    }

    public static long[]? TryLoad(string directory, int partitions)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length != sizeof(uint) + (partitions * sizeof(long))
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Of(bytes.AsSpan(sizeof(uint))))
            return null;
        return MemoryMarshal.Cast<byte, long>(bytes.AsSpan(sizeof(uint))).ToArray();
    }
}
