using System.Buffers;
using System.Text;
using System.Text.Json;
using Eip.Api.Http;
using Eip.Api.Json;

namespace Eip.Api.Shipments;

/// <summary>Rows of CSV (RFC 4180) of some fields of a card, those that are derived among them: an absent value is empty, a list has bars between its values.</summary>
internal static class FieldCsv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    private static readonly HashSet<string> Columns = [.. ApiJsonContext.Default.CardItem.Properties.Select(static property => property.Name)];

    /// <summary>Refuses what a card of a list does not have, where an empty column would say that the order has none.</summary>
    public static void Check(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (!Columns.Contains(name))
                throw ApiProblemException.BadParameter("fields", $"'{name}' is a field of one card alone, not of a list. Columns are {string.Join(", ", Columns)}.");
        }
    }

    /// <summary>Writes a row.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<string> names, JsonElement card)
    {
        var row = new StringBuilder();
        for (int i = 0; i < names.Count; i++)
        {
            if (i > 0)
                row.Append(',');
            if (card.TryGetProperty(names[i], out var value))
                Append(row, Text(value));
        }

        Encoding.UTF8.GetBytes(row.Append('\n').ToString(), output);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join('|', value.EnumerateArray().Select(static item => item.ToString()))
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.ToString();

    private static void Append(StringBuilder row, string text)
    {
        if (!text.AsSpan().ContainsAny(Special))
            row.Append(text);
        else
            row.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
