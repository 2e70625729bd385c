using System.Text.Encodings.Web;
using System.Text.Json;

namespace Eip.Simulator.Olist;

/// <summary>
/// Writes rejected rows to a file, one JSON object a line with <c>file</c>, <c>line</c>, <c>field</c>, <c>reason</c> and <c>content</c>. An existing
/// file is replaced when the first row comes and taken away on <see cref="Dispose"/> when none came, so that it always tells of the last run.
/// </summary>
/// <param name="path">Where the file goes; its folder is made when needed.</param>
public sealed class JsonLinesRejectSink(string path) : IRejectSink, IDisposable
{
    // The file is for people's eyes and never part of a page: letters beyond ASCII stay as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock gate = new();
    private Stream? output;
    private Utf8JsonWriter? writer;

    /// <summary>Rows written.</summary>
    public long Count { get; private set; }

    /// <summary>Path of the file.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(RejectedRow row)
    {
        lock (gate)
        {
            if (writer is null)
                Open();
            writer!.WriteStartObject();
            writer.WriteString("file", row.File);
            writer.WriteNumber("line", row.Line);
            writer.WriteString("field", row.Field);
            writer.WriteString("reason", row.Reason);
            writer.WriteString("content", row.Content);
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            output!.WriteByte((byte)'\n');
            Count++;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (Count == 0 && File.Exists(Path))
                File.Delete(Path);
            writer?.Dispose();
            output?.Dispose();
            writer = null;
            output = null;
        }
    }

    private void Open()
    {
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder)
            Directory.CreateDirectory(folder);
        output = new BufferedStream(new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read), 64 * 1024);
        writer = new Utf8JsonWriter(output, Readable);
    }
}
