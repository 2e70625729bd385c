using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>
/// Lets one process write a log: an operating system lock on <c>writer.lock</c>, which ends with the process however it ends. The process id stands in
/// <c>writer.pid</c>, because a locked file cannot be read everywhere.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const string LockName = "writer.lock", PidName = "writer.pid";
    private readonly FileStream file;
    private readonly string pidPath;

    private WriterLock(FileStream file, string pidPath) => (this.file, this.pidPath) = (file, pidPath);

    /// <exception cref="LogBusyException">Another process writes the log.</exception>
    public static WriterLock Take(string directory)
    {
        string path = Path.Combine(directory, LockName), ownerPath = Path.Combine(directory, PidName);
        FileStream locked;
        try
        {
            locked = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path) && !LogFullException.IsFull(exception))
        {
            throw new LogBusyException(directory, ReadPid(ownerPath));
        }

        try
        {
            File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new WriterLock(locked, ownerPath);
        }
        catch
        {
            locked.Dispose();
            throw;
        }
    }

    /// <summary>The process that writes a log, or null when none does.</summary>
    public static int? HolderOf(string directory)
    {
        string path = Path.Combine(directory, LockName);
        if (!File.Exists(path))
            return null;
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return null;
        }
        catch (IOException)
        {
            return ReadPid(Path.Combine(directory, PidName)) ?? 0;
        }
    }

    public void Dispose()
    {
        File.Delete(pidPath);
        file.Dispose();
    }

    private static int? ReadPid(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
