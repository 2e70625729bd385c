using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <summary>When appended events are made to survive a loss of power. They survive the end of the process, however it comes, once an append returns.</summary>
public enum LogDurability
{
    /// <summary>When <see cref="EventLog.Flush"/> is called, and when the log is closed.</summary>
    OnFlush,

    /// <summary>Before each append returns.</summary>
    EveryAppend,
}

/// <summary>How an event log is written.</summary>
public sealed record EventLogOptions
{
    /// <summary>The default of <see cref="SegmentBytes"/>.</summary>
    public const long DefaultSegmentBytes = 32L << 20;

    /// <summary>The most partitions that a log can have.</summary>
    public const int MaxPartitions = 1024;

    private const long MinSegmentBytes = 4 << 10, MaxSegmentBytes = 1 << 30;

    /// <summary>The number of partitions of a new log, 1 to <see cref="MaxPartitions"/>. A log that exists keeps the number that it was made with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Partitions
    {
        get;
        init => field = value is >= 1 and <= MaxPartitions
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"A log has 1 to {MaxPartitions} partitions.");
    } = 4;

    /// <summary>A segment file ends with the record that makes it at least this long, in bytes; 4 KiB to 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public long SegmentBytes
    {
        get;
        init => field = value is >= MinSegmentBytes and <= MaxSegmentBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A segment is bounded by 4 KiB to 1 GiB.");
    } = DefaultSegmentBytes;

    /// <summary>
    /// Whether events that the log holds already are left out: those of the same order, type and time, which is what the event id hashes, and the same
    /// contents. One with other contents is kept, as a correction (fulfillment-v1 §3). What is known is held in memory, 28 to 57 bytes an event, and read
    /// from the log at the first append.
    /// </summary>
    public bool Deduplicate { get; init; }

    /// <summary>When appended events are made to survive a loss of power.</summary>
    public LogDurability Durability { get; init; } = LogDurability.OnFlush;

    /// <summary>Writes to a segment; tests put failing disks here.</summary>
    internal SegmentWrite Write { get; init; } = RandomAccess.Write;

    /// <summary>Makes a segment durable; tests put failing disks here.</summary>
    internal FileFlush FlushFile { get; init; } = Durable.Flush;
}

internal delegate void SegmentWrite(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long position);

internal delegate void FileFlush(SafeFileHandle handle);
