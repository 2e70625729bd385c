using System.Text.Json;
using Eip.Storage.Elasticsearch.Client;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Indices;

/// <summary>
/// Tells a document that is at fault from an index that is: an index whose mapping is not the one that this release writes for refuses good documents too.
/// </summary>
internal sealed class MappingCheck(ElasticsearchConnection connection, ElasticsearchOptions options)
{
    /// <summary>Why an index cannot take the documents of this release; null when it can.</summary>
    /// <param name="name">The alias or index that they are sent to.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<string?> FaultAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await connection.SendAsync(HttpMethod.GET, $"/{name}/_mapping", cancellationToken: cancellationToken);
        if (!answer.IsSuccess)
            return answer.Reason;
        bool isEvents = name == options.EventsAlias || name.StartsWith($"{options.EventsAlias}-v", StringComparison.Ordinal);
        var wanted = JsonFile.Fill(isEvents ? "Indices/shipment_events.json" : "Indices/shipments.json")["template"]!["mappings"]!["properties"]!.AsObject();
        using var body = answer.Parse();
        foreach (var index in body.RootElement.EnumerateObject())
        {
            var mappings = index.Value.GetProperty("mappings");
            var known = mappings.TryGetProperty("properties", out var properties) ? properties : default;
            foreach (var (field, mapping) in wanted)
            {
                string? need = (string?)mapping!["type"] ?? "object", found = TypeOf(known, field);
                if (found != need)
                    return $"The index {index.Name} maps {field} as {found ?? "nothing"} where {need} is needed. Make it anew from the log: {SearchIndices.RebuildCommand}";
            }
        }

        return null;
    }

    private static string? TypeOf(JsonElement properties, string field)
    {
        if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty(field, out var mapping))
            return null;
        return mapping.TryGetProperty("type", out var type) ? type.GetString() : "object";
    }
}
