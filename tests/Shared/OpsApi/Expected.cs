using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;

namespace Eip.Tests.OpsApi;

/// <summary>The contract's figures as JSON, by way of the house's own writer of projections.</summary>
public static class Expected
{
    /// <summary>The fields of a card.</summary>
    public static JsonObject Card(CaseCard card) => Write(writer => ProjectionJson.WriteFields(writer, card));

    /// <summary>The figures of a lane.</summary>
    public static JsonObject Kpis(LaneKpis kpis) => Write(writer => ProjectionJson.WriteFields(writer, kpis));

    /// <summary>Fails unless an object has every field of another, with an equal value.</summary>
    public static void ShouldHold(JsonObject actual, JsonObject expected, string what)
    {
        foreach (var (name, value) in expected)
        {
            if (!actual.ContainsKey(name) || !Same(actual[name], value))
                throw new InvalidOperationException($"{what}: {name} is {actual[name]?.ToJsonString() ?? "null"}, not {value?.ToJsonString() ?? "null"}.");
        }
    }

    // Numbers by value: 0.5 and 0.5000 are one figure.
    private static bool Same(JsonNode? left, JsonNode? right)
    {
        if (left is JsonValue first && right is JsonValue second && first.GetValueKind() == JsonValueKind.Number && second.GetValueKind() == JsonValueKind.Number)
            return first.GetValue<decimal>() == second.GetValue<decimal>();
        return JsonNode.DeepEquals(left, right);
    }

    private static JsonObject Write(Action<Utf8JsonWriter> fields)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return (JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(memory.ToArray()))!;
    }
}
