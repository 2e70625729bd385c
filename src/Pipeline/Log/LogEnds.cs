using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Eip.Pipeline.Log;

/// <summary>How far a partition was flushed: what lies before is there, or the log is damaged.</summary>
/// <param name="Offset">The offset after the last event that was flushed.</param>
/// <param name="Chain">The chain of checksums of the records before it; null in a log of format 1, which keeps none.</param>
internal readonly record struct FlushedEnd(long Offset, uint? Chain);

/// <summary>
/// Where each partition was last flushed, in the file <c>ends</c> and once more in <c>ends.copy</c>, so that the loss of one is no loss. Little-endian:
/// <code>
///  0  8 bytes  "EIPLENDS"
///  8  u32      format version, 2
/// 12  u32      the log that it belongs to
/// 16  u64      number of the flush
/// 24  u32      partitions
/// 28  each     i64 offset, u32 chain
///     u32      CRC-32C of all before
/// </code>
/// Version 1 is one file: a CRC-32C and an offset for each partition.
/// </summary>
/// <param name="Log">The log.</param>
/// <param name="Flush">Grows with every flush.</param>
/// <param name="Ends">The end of each partition.</param>
internal sealed record LogEnds(uint Log, ulong Flush, FlushedEnd[] Ends)
{
    public const string FileName = "ends", CopyName = "ends.copy";
    private const int HeaderLength = 28, EntryLength = 12, Version = 2, Attempts = 5;

    private static ReadOnlySpan<byte> Magic => "EIPLENDS"u8;

    /// <summary>Writes both files. A full disk does not fail it, as what it tells is no longer than what was flushed.</summary>
    public void Save(string directory)
    {
        byte[] bytes = ToBytes();
        foreach (string name in (ReadOnlySpan<string>)[FileName, CopyName])
        {
            try
            {
                using var handle = File.OpenHandle(Path.Combine(directory, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                if (RandomAccess.GetLength(handle) > bytes.Length)
                    RandomAccess.SetLength(handle, bytes.Length);
                RandomAccess.Write(handle, bytes, 0);
            }
            catch (IOException exception) when (LogFullException.IsFull(exception))
            {
                // The one before holds still; it is no longer than the log.
            }
        }
    }

    /// <summary>Makes both files durable.</summary>
    public static void Sync(string directory)
    {
        foreach (string name in (ReadOnlySpan<string>)[FileName, CopyName])
        {
            using var handle = File.OpenHandle(Path.Combine(directory, name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            Durable.Flush(handle);
        }
    }

    /// <summary>The newest of the two files.</summary>
    /// <param name="directory">The log's directory.</param>
    /// <param name="log">What is known of the log; null when nothing is.</param>
    /// <param name="faults">Takes what is wrong with one of the files.</param>
    /// <returns>Null when neither says anything.</returns>
    public static LogEnds? TryLoad(string directory, LogMetadata? log, ICollection<string> faults)
    {
        // A file that another process writes at this moment is whole a moment later.
        for (int attempt = 1; ; attempt++)
        {
            var (first, firstFault) = TryRead(directory, FileName, log);
            var (second, secondFault) = TryRead(directory, CopyName, log);
            if (attempt < Attempts && ((firstFault is not null && Exists(directory, FileName)) || (secondFault is not null && Exists(directory, CopyName))))
            {
                Thread.Yield();
                continue;
            }

            bool isOldForm = log is { Format: 1 } && second is null && (first is not null || !(Exists(directory, FileName) || Exists(directory, CopyName)));
            foreach (string fault in isOldForm ? [] : new[] { firstFault, secondFault }.OfType<string>())
                faults.Add(fault);
            return first is null || second?.Flush > first.Flush ? second : first;
        }
    }

    /// <summary>What can be read of the two files, of whatever log it is.</summary>
    public static List<LogEnds> ReadBoth(string directory) =>
        [.. new[] { TryRead(directory, FileName, null).Ends, TryRead(directory, CopyName, null).Ends }.OfType<LogEnds>()];

    private static bool Exists(string directory, string name) => File.Exists(Path.Combine(directory, name));

    private static (LogEnds? Ends, string? Fault) TryRead(string directory, string name, LogMetadata? log)
    {
        string path = Path.Combine(directory, name);
        if (!File.Exists(path))
            return (null, $"'{path}' is missing");
        if (Parse(File.ReadAllBytes(path)) is not { } ends)
            return (null, $"'{path}' does not match its checksum");
        return log is null || (ends.Ends.Length == log.Partitions && (ends.Log == log.Id || log.Format == 1)) ? (ends, null) : (null, $"'{path}' is of another log");
    }

    private static LogEnds? Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic))
            return ParseFirstVersion(bytes);
        if (bytes.Length < HeaderLength + sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Crc32C.Of(bytes[..^4])
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version
            || bytes.Length != HeaderLength + (BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) * (long)EntryLength) + sizeof(uint))
            return null;
        var ends = new FlushedEnd[(bytes.Length - HeaderLength) / EntryLength];
        for (int i = 0; i < ends.Length; i++)
        {
            var entry = bytes.Slice(HeaderLength + (i * EntryLength), EntryLength);
            ends[i] = new FlushedEnd(BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
        }

        return new LogEnds(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), ends);
    }

    private static LogEnds? ParseFirstVersion(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= sizeof(uint) || bytes.Length % sizeof(long) != sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Of(bytes[4..]))
            return null;
        var ends = new List<FlushedEnd>();
        foreach (long offset in MemoryMarshal.Cast<byte, long>(bytes[4..]))
            ends.Add(new FlushedEnd(offset, null));
        return new LogEnds(0, 0, [.. ends]);
    }

    private byte[] ToBytes()
    {
        byte[] bytes = new byte[HeaderLength + (Ends.Length * EntryLength) + sizeof(uint)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Log);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Flush);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), Ends.Length);
        for (int i = 0; i < Ends.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HeaderLength + (i * EntryLength)), Ends[i].Offset);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeaderLength + (i * EntryLength) + 8), Ends[i].Chain ?? 0);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }
}
