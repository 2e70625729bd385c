namespace Eip.Pipeline.Log;

/// <summary>What the operating system says of a disk, in the words of the log.</summary>
internal static class LogFailures
{
    // Enough for a record; more would keep a small disk's host from ever being ready again.
    private const long EnoughBytes = 1 << 20;

    /// <summary>The log's own exception for one of the system's; null when there is none.</summary>
    public static IOException? Explain(string directory, Exception exception) =>
        LogFullException.IsFull(exception) ? new LogFullException(directory, exception)
        : LogReadOnlyException.IsReadOnly(exception) ? new LogReadOnlyException(directory, exception)
        : null;

    /// <summary>Whether there is space again for what could not be written.</summary>
    public static bool IsOver(string directory, IOException trouble)
    {
        try
        {
            return trouble is LogFullException && new DriveInfo(directory).AvailableFreeSpace >= EnoughBytes;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
