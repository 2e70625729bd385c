namespace Eip.Pipeline.Log;

/// <summary>Another process, or another <see cref="EventLog"/> of this one, writes the log.</summary>
/// <param name="directory">The log's directory.</param>
/// <param name="processId">The id of the process that writes it, if it could be read.</param>
public sealed class LogBusyException(string directory, int? processId)
    : IOException($"The event log in '{directory}' is in use by {(processId is { } id ? $"process {id}" : "another process")}; one process writes it at a time.")
{
    /// <summary>The log's directory.</summary>
    public string LogDirectory { get; } = directory;

    /// <summary>The id of the process that writes it, if it could be read.</summary>
    public int? ProcessId { get; } = processId;
}

/// <summary>The disk that holds the log has no space left. The log is whole, and goes on once there is space.</summary>
/// <param name="directory">The log's directory.</param>
/// <param name="inner">What the operating system said.</param>
public sealed class LogFullException(string directory, Exception inner)
    : IOException($"No space is left for the event log in '{directory}'. Nothing in it is damaged; free some space and run again.", inner)
{
    private const int UnixNoSpace = 28, LinuxQuota = 122, WindowsHandleDiskFull = unchecked((int)0x80070027), WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The log's directory.</summary>
    public string LogDirectory { get; } = directory;

    /// <summary>Whether an error says that a disk or a quota is full.</summary>
    internal static bool IsFull(Exception exception) =>
        exception is IOException { HResult: UnixNoSpace or LinuxQuota or WindowsHandleDiskFull or WindowsDiskFull };
}

/// <summary>A part of the log does not hold what was written.</summary>
/// <param name="file">The file.</param>
/// <param name="position">Where in it, in bytes.</param>
/// <param name="offset">The offset of the first event that cannot be read.</param>
/// <param name="reason">What is wrong, as the rest of a sentence.</param>
public sealed class LogDamagedException(string file, long position, long offset, string reason)
    : IOException($"The event log is damaged: '{file}', byte {position}, offset {offset}: {reason}.")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Where in it, in bytes.</summary>
    public long Position { get; } = position;

    /// <summary>The offset of the first event that cannot be read.</summary>
    public long Offset { get; } = offset;
}
