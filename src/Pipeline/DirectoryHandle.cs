using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline;

/// <summary>An open directory, for what the runtime cannot do with one: sync it, and lock it. For Linux only.</summary>
internal static partial class DirectoryHandle
{
    private const int ReadOnly = 0, CloseOnExec = 0x80000, LockExclusive = 2, LockShared = 1, LockNow = 4, Interrupted = 4, WouldBlock = 11;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        int descriptor = OpenFile(path, ReadOnly | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path);
    }

    /// <summary>Locks a directory, for one holder or for many; false when another holds it. The lock ends with the handle, or with the process.</summary>
    /// <remarks>Where the file system has no locks it is true.</remarks>
    public static bool TryLock(SafeFileHandle directory, bool exclusive)
    {
        while (LockFile(directory, (exclusive ? LockExclusive : LockShared) | LockNow) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                return error != WouldBlock;
        }

        return true;
    }

    /// <summary>Where an open file or directory is now; null when it was deleted or cannot be told.</summary>
    public static string? PathOf(SafeFileHandle handle) =>
        new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget is { } path && !path.EndsWith(" (deleted)", StringComparison.Ordinal) ? path : null;

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockFile(SafeFileHandle file, int operation);
}
