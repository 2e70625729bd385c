using System.Buffers;

namespace Eip.Cli;

/// <summary>
/// Rows on their way to a file or to standard output. A file appears under its name only once <see cref="Complete"/> was called, so that
/// an interrupted export leaves nothing that looks whole.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private const int FlushLength = 1 << 20;
    private readonly string? path;
    private readonly Stream stream;

    public RowFile(string? path)
    {
        this.path = path is null ? null : Path.GetFullPath(path);
        stream = this.path is null ? Console.OpenStandardOutput() : File.Create(Partial);
    }

    /// <summary>Where rows are written to; call <see cref="FlushFull"/> now and then.</summary>
    public ArrayBufferWriter<byte> Rows { get; } = new(FlushLength + (FlushLength / 4));

    private string Partial => path + ".partial";

    /// <summary>Hands the rows on once there are enough of them.</summary>
    public void FlushFull()
    {
        if (Rows.WrittenCount >= FlushLength)
            Flush();
    }

    /// <summary>Ends the output.</summary>
    public void Complete()
    {
        Flush();
        stream.Dispose();
        if (path is not null)
            File.Move(Partial, path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        if (path is not null)
            File.Delete(Partial);
    }

    private void Flush()
    {
        stream.Write(Rows.WrittenSpan);
        stream.Flush();
        Rows.ResetWrittenCount();
    }
}
