using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Eip.Storage.Elasticsearch.Client;

/// <summary>
/// A request body beside the code. In it <c>"{{name}}"</c> stands for a parameter of any JSON type; a property whose parameter is not given is left out.
/// </summary>
internal static class JsonFile
{
    private static readonly ConcurrentDictionary<string, JsonNode> Files = new(StringComparer.Ordinal);

    /// <summary>The names of all files, such as <c>Queries/search.json</c>.</summary>
    public static IEnumerable<string> Names => typeof(JsonFile).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal);

    /// <summary>The body with its parameters filled in.</summary>
    public static byte[] Render(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(Fill(name, parameters));

    /// <summary>The same as a tree.</summary>
    public static JsonNode Fill(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> parameters)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (parameter, value) in parameters)
            values[$"{{{{{parameter}}}}}"] = value;
        return Fill(Files.GetOrAdd(name, Load), values)!;
    }

    private static JsonNode? Fill(JsonNode? node, Dictionary<string, JsonNode?> values) => node switch
    {
        JsonObject source => new JsonObject(source
            .Select(property => KeyValuePair.Create(property.Key, Fill(property.Value, values)))
            .Where(static property => property.Value is not null)),
        JsonArray source => new JsonArray([.. source.Select(item => Fill(item, values)).Where(static item => item is not null)]),
        JsonValue source when source.TryGetValue(out string? text) && text.StartsWith("{{", StringComparison.Ordinal) =>
            values.GetValueOrDefault(text)?.DeepClone(),
        _ => node?.DeepClone(),
    };

    private static JsonNode Load(string name)
    {
        using var stream = typeof(JsonFile).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no file {name} beside the code.", nameof(name));
        return JsonNode.Parse(stream)!;
    }
}
