using System.Buffers;
using System.Text;
using Eip.Simulator.Sinks;

namespace Eip.Cli;

/// <summary>
/// Rows on their way to a file or to standard output. A regular file appears under its name only once <see cref="Complete"/> was called, so that
/// an interrupted export leaves nothing that looks whole; devices and pipes take the rows as they come.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private const int FlushLength = 1 << 20;
    private readonly OutputPath path;
    private readonly string? partial;
    private readonly Stream? stream;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public RowFile(string? path)
    {
        this.path = OutputPath.Of(path);
        partial = this.path.IsStream ? null : $"{this.path.FilePath}.{Environment.ProcessId}.partial";
        bool isTerminal = this.path.IsStandardOutput && !Console.IsOutputRedirected;
        stream = isTerminal ? null : partial is null ? this.path.OpenStream() : File.Create(partial);
    }

    /// <summary>Where rows are written to; call <see cref="FlushFull"/> now and then.</summary>
    public ArrayBufferWriter<byte> Rows { get; } = new(FlushLength + (FlushLength / 4));

    /// <summary>Hands the rows on once there are enough of them; only between rows.</summary>
    public void FlushFull()
    {
        if (Rows.WrittenCount >= FlushLength)
            Flush();
    }

    /// <summary>Ends the output.</summary>
    public void Complete()
    {
        Flush();
        stream?.Dispose();
        if (partial is not null)
            File.Move(partial, path.FilePath, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        if (partial is not null)
            File.Delete(partial);
    }

    // A terminal is not to obey what a row holds.
    private void Flush()
    {
        if (stream is null)
            Console.Out.Write(Encoding.UTF8.GetString(Rows.WrittenSpan));
        else
            stream.Write(Rows.WrittenSpan);
        stream?.Flush();
        Rows.ResetWrittenCount();
    }
}
