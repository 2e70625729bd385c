using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Eip.Simulator.Olist;

/// <summary>
/// Writes rejected rows to a file, one JSON object a line with <c>file</c>, <c>line</c>, <c>field</c>, <c>reason</c> and <c>content</c>, and <c>bytes</c> (base64)
/// where the row is not UTF-8. The file tells of the last run that rejected something: when a row comes, the file of an earlier run is kept beside it under a
/// name with the time of its last change.
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
            if (row.Bytes is { } bytes)
                writer.WriteBase64String("bytes", bytes);
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
        if (File.Exists(Path))
            File.Move(Path, Earlier());
        output = new BufferedStream(new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read), 64 * 1024);
        writer = new Utf8JsonWriter(output, Readable);
    }

    // rejects.jsonl becomes rejects-20180301T120000Z.jsonl.
    private string Earlier()
    {
        string name = System.IO.Path.ChangeExtension(Path, null) + File.GetLastWriteTimeUtc(Path).ToString("'-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string extension = System.IO.Path.GetExtension(Path), free = name + extension;
        for (int i = 2; File.Exists(free); i++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}{extension}");
        return free;
    }
}
