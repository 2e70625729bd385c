namespace Eip.Pipeline;

/// <summary>Replaces a file as a whole: whoever reads it, and whatever interrupts the writing, sees the old one or the new one.</summary>
internal static class AtomicFile
{
    private const int BufferLength = 1 << 20;

    /// <summary>Writes beside the file, makes that durable, and puts it in the file's place. When writing fails, the file stays as it was.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        string directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        string temporary = path + ".tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferLength))
            {
                write(stream);
                stream.Flush();
                Durable.Flush(stream.SafeFileHandle);
            }

            File.Move(temporary, path, overwrite: true);
            Durable.FlushDirectory(directory);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
