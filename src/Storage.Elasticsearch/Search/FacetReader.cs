using System.Text.Json;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>Reads the answer to <c>Queries/facets.json</c>.</summary>
internal static class FacetReader
{
    public static CaseFacets Read(JsonElement aggregations) => new(
        Counts(aggregations, "status"), Counts(aggregations, "sellerRegion"), Counts(aggregations, "customerRegion"), Counts(aggregations, "anomalies"));

    private static Dictionary<string, long> Counts(JsonElement aggregations, string name) => aggregations.GetProperty(name).GetProperty("buckets")
        .EnumerateArray()
        .ToDictionary(static bucket => bucket.GetProperty("key").GetString()!, static bucket => bucket.GetProperty("doc_count").GetInt64(), StringComparer.Ordinal);
}
