using System.Buffers;
using System.Text.Json;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>One document on its way.</summary>
/// <param name="Index">The alias or index that it goes to.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version: it replaces a lower one and loses against any other.</param>
/// <param name="Source">Its JSON.</param>
internal sealed record BulkDocument(string Index, string Id, long Version, byte[] Source)
{
    // An action line is about that long beside index and id.
    private const int ActionLength = 80;

    /// <summary>About how many bytes it takes in a request.</summary>
    public int Length => Source.Length + Index.Length + (2 * Id.Length) + ActionLength;

    /// <summary>A bulk request of some documents.</summary>
    public static ReadOnlyMemory<byte> Body(ReadOnlySpan<BulkDocument> documents)
    {
        int length = 0;
        foreach (var document in documents)
            length += document.Length;
        var body = new ArrayBufferWriter<byte>(length);
        using var writer = new Utf8JsonWriter(body);
        foreach (var document in documents)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("index");
            writer.WriteString("_index", document.Index);
            writer.WriteString("_id", document.Id);
            writer.WriteNumber("version", document.Version);
            writer.WriteString("version_type", "external");
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            body.Write("\n"u8);
            body.Write(document.Source);
            body.Write("\n"u8);
        }

        return body.WrittenMemory;
    }
}
