using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <summary>
/// Lets one process write a log. What is locked is the directory itself, so that no file can be removed to let a second writer in, and
/// <c>writer.lock</c>, where directories cannot be locked and for earlier versions of EIP. Both locks end with the process however it ends. The process
/// id stands in <c>writer.pid</c>, because a locked file cannot be read everywhere.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const string LockName = "writer.lock", PidName = "writer.pid";
    private const int Attempts = 20;

    // Whoever asks for the holder has the lock for a moment.
    private static readonly TimeSpan AttemptInterval = TimeSpan.FromMilliseconds(10);

    private readonly string path;
    private readonly SafeFileHandle? directory;
    private readonly string? lockedPath;
    private FileStream file;

    private WriterLock(string path, SafeFileHandle? directory, FileStream file)
    {
        (this.path, this.directory, this.file) = (path, directory, file);
        lockedPath = directory is null ? null : DirectoryHandle.PathOf(directory);
    }

    /// <exception cref="LogBusyException">Another process writes the log.</exception>
    public static WriterLock Take(string directory)
    {
        SafeFileHandle? opened = null;
        FileStream? locked = null;
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                opened = OpenLocked(directory);
                locked = opened is null && OperatingSystem.IsLinux() ? null : TryOpenFile(directory);
                if (locked is not null)
                    break;
                opened?.Dispose();
                if (attempt == Attempts)
                    throw new LogBusyException(directory, ReadPid(directory));
                Thread.Sleep(AttemptInterval);
            }

            File.WriteAllText(Path.Combine(directory, PidName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new WriterLock(directory, opened, locked);
        }
        catch
        {
            locked?.Dispose();
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>The process that writes a log: null when none does, 0 when it cannot be told which.</summary>
    public static int? HolderOf(string directory)
    {
        if (!Directory.Exists(directory))
            return null;
        try
        {
            using var opened = OpenLocked(directory, exclusive: false);
            if (opened is not null || !OperatingSystem.IsLinux())
            {
                string lockPath = Path.Combine(directory, LockName);
                if (File.Exists(lockPath))
                    new FileStream(lockPath, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
                return null;
            }
        }
        catch (IOException)
        {
            // Locked.
        }

        return ReadPid(directory) ?? 0;
    }

    /// <summary>Makes sure that what this process writes is in the log still, and that nobody else writes it.</summary>
    /// <exception cref="IOException">The directory was moved or deleted, or another process has the lock.</exception>
    public void ThrowIfLost()
    {
        if (directory is null)
            return;
        if (DirectoryHandle.PathOf(directory) != lockedPath)
            throw new IOException($"'{path}' was moved or deleted while it was written.");
        if (DirectoryHandle.PathOf(file.SafeFileHandle) is not null)
            return;
        // The directory's lock holds; an earlier version of EIP looks at the file alone.
        file.Dispose();
        file = TryOpenFile(path) ?? throw new IOException("its lock file was removed, and another process took the lock.");
    }

    public void Dispose()
    {
        if (directory is null || DirectoryHandle.PathOf(directory) == lockedPath)
            File.Delete(Path.Combine(path, PidName));
        file.Dispose();
        directory?.Dispose();
    }

    private static SafeFileHandle? OpenLocked(string directory, bool exclusive = true)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var opened = DirectoryHandle.Open(directory);
        if (DirectoryHandle.TryLock(opened, exclusive))
            return opened;
        opened.Dispose();
        return null;
    }

    private static FileStream? TryOpenFile(string directory)
    {
        string lockPath = Path.Combine(directory, LockName);
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(lockPath) && LogFailures.Explain(directory, exception) is null)
        {
            return null;
        }
    }

    private static int? ReadPid(string directory)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(directory, PidName)), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
