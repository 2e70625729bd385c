using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Storage.Elasticsearch.Client;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>Reads all that matches over a point in time, page by page.</summary>
internal static class HitStream
{
    /// <summary>The hits in order; each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        PointInTime view, JsonArray filter, JsonArray sort, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JsonNode? after = null;
        while (true)
        {
            using var page = await view.SearchAsync(
                JsonFile.Render("Queries/stream.json", ("pit", view.Id), ("size", pageSize), ("filter", filter), ("sort", sort), ("after", after)),
                cancellationToken);
            var hits = page.RootElement.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
                yield return hit;
            int count = hits.GetArrayLength();
            if (count < pageSize)
                yield break;
            after = JsonNode.Parse(hits[count - 1].GetProperty("sort").GetRawText());
        }
    }
}
