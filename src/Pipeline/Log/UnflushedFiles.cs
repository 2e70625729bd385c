using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Log;

/// <summary>What a flush has to make durable: files, and the directories that new ones of them are in.</summary>
internal sealed class UnflushedFiles
{
    private readonly List<(SafeFileHandle File, bool IsComplete)> files = [];
    private readonly HashSet<string> directories = [];

    public void Add(SafeFileHandle file, bool isComplete) => files.Add((file, isComplete));

    public void AddDirectory(string path) => directories.Add(path);

    /// <exception cref="IOException">The disk failed.</exception>
    public void Flush(FileFlush flush)
    {
        foreach (var (file, isComplete) in files)
        {
            flush(file);
            if (isComplete)
                file.Dispose();
        }

        foreach (string directory in directories)
            Durable.FlushDirectory(directory);
    }
}
