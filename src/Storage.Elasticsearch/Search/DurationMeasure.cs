using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>
/// Exact distributions: the server counts each distinct (group, duration, late) of the cards that match, in that order, and ranks are found by adding
/// the counts up. The server's own percentiles are estimates.
/// </summary>
internal sealed class DurationMeasure
{
    // Below the server's bound for buckets in one answer (search.max_buckets, 65,536).
    private const int BucketsPerPage = 50_000;
    private readonly string field;
    private readonly string? groupField;
    private readonly CaseGrouping grouping;

    /// <exception cref="ArgumentOutOfRangeException">The duration or the grouping is unknown.</exception>
    public DurationMeasure(CaseDuration duration, CaseGrouping grouping)
    {
        this.grouping = grouping;
        field = duration switch
        {
            CaseDuration.Approval => "approvalSeconds",
            CaseDuration.Handling => "handlingSeconds",
            CaseDuration.Transit => "transitSeconds",
            CaseDuration.LeadTime => "leadTimeSeconds",
            _ => throw new ArgumentOutOfRangeException(nameof(duration), duration, "This is no duration of a card."),
        };
        groupField = grouping switch
        {
            CaseGrouping.None => null,
            CaseGrouping.SellerRegion => "sellerRegion",
            CaseGrouping.CustomerRegion => "customerRegion",
            CaseGrouping.Lane => "lane",
            _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "Durations cannot be grouped by this."),
        };
    }

    /// <summary>The distributions, largest group first, then by key.</summary>
    public async Task<IReadOnlyList<DurationDistribution>> RunAsync(PointInTime view, JsonArray filter, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, CountedValues>(StringComparer.Ordinal);
        JsonNode? after = null;
        do
        {
            using var page = await view.SearchAsync(
                JsonFile.Render(
                    "Queries/measure.json", ("pit", view.Id), ("filter", filter), ("size", BucketsPerPage), ("sources", Sources()), ("after", after)),
                cancellationToken);
            var values = page.RootElement.GetProperty("aggregations").GetProperty("values");
            foreach (var bucket in values.GetProperty("buckets").EnumerateArray())
                Add(groups, bucket);
            after = values.TryGetProperty("after_key", out var key) ? JsonNode.Parse(key.GetRawText()) : null;
        }
        while (after is not null);
        return
        [
            .. groups.Select(static group => group.Value.ToDistribution(group.Key))
                .OrderByDescending(static distribution => distribution.Count)
                .ThenBy(static distribution => distribution.Key, StringComparer.Ordinal),
        ];
    }

    private static void Add(Dictionary<string, CountedValues> groups, JsonElement bucket)
    {
        var key = bucket.GetProperty("key");
        string group = key.TryGetProperty("group", out var name) ? name.GetString() ?? "" : "";
        if (!groups.TryGetValue(group, out var values))
            groups.Add(group, values = new CountedValues());
        values.Add(key.GetProperty("seconds").GetInt64(), bucket.GetProperty("doc_count").GetInt64(), key.GetProperty("late").GetBoolean());
    }

    private JsonArray Sources()
    {
        var sources = new JsonArray();
        // Cards without a region are a group; cards in no lane are left out.
        if (groupField is not null)
            sources.Add(Source("group", groupField, withMissing: grouping != CaseGrouping.Lane));
        sources.Add(Source("seconds", field, withMissing: false));
        sources.Add(Source("late", "isLate", withMissing: false));
        return sources;
    }

    private static JsonObject Source(string name, string field, bool withMissing) =>
        new() { [name] = new JsonObject { ["terms"] = new JsonObject { ["field"] = field, ["missing_bucket"] = withMissing } } };

    // Values come in ascending order within a group.
    private sealed class CountedValues
    {
        private readonly List<(long Value, long UpTo)> ascending = [];
        private Int128 sum;
        private long count, lateCount;

        public void Add(long value, long times, bool isLate)
        {
            count += times;
            lateCount += isLate ? times : 0;
            sum += (Int128)value * times;
            ascending.Add((value, count));
        }

        public DurationDistribution ToDistribution(string key) => new(
            key, count, lateCount, Rounding.Quotient(sum, count)!.Value, ascending[0].Value, AtRank(50), AtRank(90), AtRank(95), AtRank(99), ascending[^1].Value);

        private long AtRank(int percent)
        {
            long rank = Math.Max(((count * percent) + 99) / 100, 1);
            return ascending.First(value => value.UpTo >= rank).Value;
        }
    }
}
