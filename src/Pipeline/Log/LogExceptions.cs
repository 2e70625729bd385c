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

/// <summary>The disk that holds the log, or the dead letters beside it, has no space left. The log is whole, and goes on once there is space.</summary>
/// <param name="directory">The log's directory.</param>
/// <param name="inner">What the operating system said.</param>
/// <param name="what">What is in the directory.</param>
public sealed class LogFullException(string directory, Exception inner, string what = "event log")
    : IOException($"No space is left for the {what} in '{directory}'. Nothing in it is damaged; free some space and run again.", inner)
{
    private const int UnixNoSpace = 28, LinuxQuota = 122, WindowsHandleDiskFull = unchecked((int)0x80070027), WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The log's directory.</summary>
    public string LogDirectory { get; } = directory;

    /// <summary>Whether an error says that a disk or a quota is full.</summary>
    internal static bool IsFull(Exception exception) =>
        exception is IOException { HResult: UnixNoSpace or LinuxQuota or WindowsHandleDiskFull or WindowsDiskFull };
}

/// <summary>The file system of the log was mounted read-only, or became so after a fault.</summary>
/// <param name="directory">The log's directory.</param>
/// <param name="inner">What the operating system said.</param>
public sealed class LogReadOnlyException(string directory, Exception inner)
    : IOException($"The file system of the event log in '{directory}' is read-only: nothing can be written, all can be read.", inner)
{
    private const int UnixReadOnly = 30, WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>Whether an error says that a file system is read-only.</summary>
    internal static bool IsReadOnly(Exception exception) => exception is IOException { HResult: UnixReadOnly or WindowsWriteProtected }
        or UnauthorizedAccessException { InnerException: IOException { HResult: UnixReadOnly } };
}

/// <summary>The log takes no more events until it is opened again: a disk failed, or the log is no longer this process's to write.</summary>
/// <param name="directory">The log's directory.</param>
/// <param name="inner">What went wrong.</param>
public sealed class LogFailedException(string directory, Exception inner)
    : IOException($"The event log in '{directory}' takes no more events until EIP is started again: {inner.Message}", inner);

/// <summary>A part of the log does not hold what was written. Nothing is read from it or written to it until it was repaired.</summary>
public sealed class LogDamagedException : IOException
{
    /// <param name="file">The file.</param>
    /// <param name="position">Where in it, in bytes.</param>
    /// <param name="offset">The offset of the first event that cannot be read.</param>
    /// <param name="reason">What is wrong, as the rest of a sentence.</param>
    public LogDamagedException(string file, long position, long offset, string reason)
        : this(new LogDamage(null, file, position, offset, 0, reason), 0)
    {
    }

    /// <param name="first">The first place.</param>
    /// <param name="missing">How many events that had been flushed are missing or unreadable, in all places together.</param>
    internal LogDamagedException(LogDamage first, long missing)
        : base($"The event log is damaged: {first.Where}: {first.Reason}" + (missing == 0 ? "." : $"; {LogDamage.Count(missing)}."))
    {
        (File, Position, Offset, Missing) = (first.File, first.Position, first.Offset, missing);
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Where in it, in bytes.</summary>
    public long Position { get; }

    /// <summary>The offset of the first event that cannot be read.</summary>
    public long Offset { get; }

    /// <summary>How many events that had been flushed are missing or unreadable; 0 when it is not known.</summary>
    public long Missing { get; }
}
