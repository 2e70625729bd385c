using System.Runtime.InteropServices;

namespace Eip.Simulator.Sinks;

/// <summary>
/// Where output goes that a user named: standard output, something that takes bytes as they come (a device, a pipe, a terminal), or a regular file. What is no
/// regular file is written to and stays what it is; of a link, the file that it leads to is written.
/// </summary>
public sealed class OutputPath
{
    private const int FileTypeMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000;
    private static readonly string[] StandardOutputs = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    private readonly string path;

    private OutputPath(string path, bool isStandardOutput, bool isStream) => (this.path, IsStandardOutput, IsStream) = (path, isStandardOutput, isStream);

    /// <summary>Whether it is standard output.</summary>
    public bool IsStandardOutput { get; }

    /// <summary>Whether bytes go there as they come, and cannot be taken back: standard output included.</summary>
    public bool IsStream { get; }

    /// <summary>The full path of the regular file, that of a link's end; it may not be there yet.</summary>
    public string FilePath => IsStream ? throw new InvalidOperationException($"{path} is no regular file.") : path;

    /// <summary>Looks at what a path leads to.</summary>
    /// <param name="path">The path; <c>-</c> or null for standard output.</param>
    /// <param name="folder">Whether a folder is wanted there, or nothing.</param>
    /// <exception cref="IOException">It leads to a folder where none is wanted, or to something else where one is.</exception>
    public static OutputPath Of(string? path, bool folder = false)
    {
        if (!folder && (path is null || StandardOutputs.Contains(path)))
            return new OutputPath("-", isStandardOutput: true, isStream: true);
        string full = Path.GetFullPath(path!);
        int? type = TypeOf(full);
        if (folder != (type == Folder) && type is not null)
            throw new IOException(folder ? $"'{path}' is there and is not a folder." : $"'{path}' is a folder.");
        // What a process has open is named there, and is gone on with where it stands.
        bool isOpen = full.StartsWith("/dev/fd/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
        if (isOpen || type is not (null or RegularFile or Folder))
            return new OutputPath(full, isStandardOutput: false, isStream: true);
        string? target = new FileInfo(full).LinkTarget is null ? null : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName;
        return new OutputPath(target ?? full, isStandardOutput: false, isStream: false);
    }

    /// <summary>Opens what takes bytes as they come; a pipe once somebody reads it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public Stream OpenStream() => IsStandardOutput ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    // Null where nothing is there, or the system does not tell.
    private static int? TypeOf(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            return null;
        byte[] status = new byte[256];
        try
        {
            const int CurrentFolder = -100, TypeOnly = 1, ModeOffset = 28;
            return OperatingSystem.IsLinux() && Statx(CurrentFolder, path, 0, TypeOnly, status) == 0
                ? BitConverter.ToUInt16(status, ModeOffset) & FileTypeMask
                : Directory.Exists(path) ? Folder : RegularFile;
        }
        catch (EntryPointNotFoundException)
        {
            return Directory.Exists(path) ? Folder : RegularFile;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}
