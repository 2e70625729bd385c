using System.Buffers;
using System.Text.Json;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;

namespace Eip.Api.Shipments;

/// <summary>Only some fields of each card; what surrounds a list, and asOf and watermark of a card, are always there.</summary>
internal sealed class FieldSelection
{
    private static readonly HashSet<string> Known =
        [.. ApiJsonContext.Default.CardDocument.Properties.Select(static property => property.Name)];

    private readonly IReadOnlyList<string> names;

    private FieldSelection(IReadOnlyList<string> names) => this.names = names;

    /// <summary>The names in the order asked for, each once.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The fields that may be asked for.</summary>
    public static IReadOnlyCollection<string> All => Known;

    /// <summary>The selection of a query, or null for all.</summary>
    public static FieldSelection? Read(QueryReader query)
    {
        var asked = query.Texts("fields");
        if (asked.Count == 0)
            return null;
        foreach (string name in asked)
        {
            if (!Known.Contains(name))
                throw ApiProblemException.BadParameter("fields", $"'{QueryReader.Shown(name)}' is not a field of a card. Fields are {string.Join(", ", Known)}.");
        }

        return new FieldSelection([.. asked.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The fields of one card.</summary>
    public byte[] SelectObject(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, document.RootElement);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The fields of each item of a list.</summary>
    public byte[] SelectItems(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!property.NameEquals("items"))
                {
                    property.WriteTo(writer);
                    continue;
                }

                writer.WriteStartArray("items"u8);
                foreach (var item in property.Value.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the fields of one card that is JSON already.</summary>
    public void Write(Utf8JsonWriter writer, JsonElement card)
    {
        writer.WriteStartObject();
        foreach (var property in card.EnumerateObject())
        {
            if (names.Contains(property.Name) || property.Name is "asOf" or "watermark")
                property.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
