using System.Buffers;
using System.Text.Json;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>
/// Documents on their way, written one after another in the form of a bulk request, so that a request is a piece of these lines. Its memory is used
/// again once it is cleared.
/// </summary>
internal sealed class BulkLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> lines = new();
    private readonly Utf8JsonWriter writer;
    private readonly List<BulkDocument> documents = [];

    /// <summary>No documents.</summary>
    public BulkLines() => writer = new Utf8JsonWriter(lines);

    /// <summary>The documents.</summary>
    public IReadOnlyList<BulkDocument> Documents => documents;

    /// <summary>Adds a document: its version replaces a lower one and loses against any other.</summary>
    /// <param name="index">The alias or index that it goes to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="state">What its source is written from.</param>
    /// <param name="source">Writes its source, one object.</param>
    public void Add<T>(string index, string id, long version, T state, Action<Utf8JsonWriter, T> source)
    {
        int start = lines.WrittenCount;
        writer.WriteStartObject();
        writer.WriteStartObject("index"u8);
        writer.WriteString("_index"u8, index);
        writer.WriteString("_id"u8, id);
        writer.WriteNumber("version"u8, version);
        writer.WriteString("version_type"u8, "external"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        EndLine();
        source(writer, state);
        EndLine();
        documents.Add(new BulkDocument(index, id, start, lines.WrittenCount));
    }

    /// <summary>Adds a document of other lines.</summary>
    public void Add(BulkLines from, BulkDocument document)
    {
        int start = lines.WrittenCount;
        lines.Write(from.lines.WrittenSpan[document.Start..document.End]);
        documents.Add(document with { Start = start, End = lines.WrittenCount });
    }

    /// <summary>Takes all documents out.</summary>
    public void Clear()
    {
        lines.ResetWrittenCount();
        documents.Clear();
    }

    /// <summary>A request's body: some documents that follow one another.</summary>
    public ReadOnlyMemory<byte> Body(int first, int count) => lines.WrittenMemory[documents[first].Start..documents[first + count - 1].End];

    /// <summary>The action and the source of a document, as they are sent.</summary>
    public ReadOnlySpan<byte> Action(BulkDocument document) => lines.WrittenSpan[document.Start..document.End];

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private void EndLine()
    {
        writer.Flush();
        writer.Reset();
        lines.Write("\n"u8);
    }
}

/// <summary>Where a document stands in its lines: an action and a source, each with its line break.</summary>
/// <param name="Index">The alias or index that it goes to.</param>
/// <param name="Id">Its id.</param>
/// <param name="Start">Where its action begins.</param>
/// <param name="End">Where the next document begins.</param>
internal readonly record struct BulkDocument(string Index, string Id, int Start, int End);

/// <summary>Documents that make one request: <paramref name="Count"/> of the lines, from <paramref name="First"/> on.</summary>
internal readonly record struct BulkPart(BulkLines Lines, int First, int Count)
{
    /// <summary>The request's body.</summary>
    public ReadOnlyMemory<byte> Body => Lines.Body(First, Count);

    /// <summary>A document by its place in the part.</summary>
    public BulkDocument this[int number] => Lines.Documents[First + number];

    /// <summary>Parts of a bounded size; a larger document stands alone.</summary>
    public static IEnumerable<BulkPart> Divide(BulkLines lines, int bytes)
    {
        int first = 0;
        for (int next = 1; next <= lines.Documents.Count; next++)
        {
            if (next < lines.Documents.Count && lines.Documents[next].End - lines.Documents[first].Start <= bytes)
                continue;
            yield return new BulkPart(lines, first, next - first);
            first = next;
        }
    }

    /// <summary>A part of some of the documents only.</summary>
    public BulkPart Only(IReadOnlyCollection<int> numbers)
    {
        var some = new BulkLines();
        foreach (int number in numbers)
            some.Add(Lines, this[number]);
        return new BulkPart(some, 0, numbers.Count);
    }
}
