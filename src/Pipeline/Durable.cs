using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline;

/// <summary>
/// Makes files and directories survive a loss of power. On Linux it calls <c>fsync</c> itself: the runtime's own ways do not tell an error of it, and an
/// event whose bytes never reached the disk must not be acknowledged.
/// </summary>
internal static partial class Durable
{
    private const int Interrupted = 4, InvalidArgument = 22, NotSupported = 95;

    /// <summary>Waits until the disk holds all that was written to a file.</summary>
    /// <exception cref="IOException">The disk failed. What the file holds on it is unknown then.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else
            Sync(file, "a file");
    }

    /// <summary>Waits until the disk holds the names in a directory: of files that were created, renamed or deleted in it.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var directory = DirectoryHandle.Open(path);
        Sync(directory, $"'{path}'");
    }

    private static void Sync(SafeFileHandle handle, string what)
    {
        while (FSync(handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            // Some file systems do not sync directories; they hold names durably by themselves, or not at all.
            if (error is InvalidArgument or NotSupported)
                return;
            throw new IOException($"The disk did not take what was written to {what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);
}
