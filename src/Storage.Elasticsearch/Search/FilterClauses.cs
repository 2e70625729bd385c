using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Documents;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>A filter as clauses of a Query DSL <c>bool.filter</c>, each of them from <c>Queries/filters.json</c>.</summary>
internal static class FilterClauses
{
    /// <summary>The clauses; none when everything matches.</summary>
    public static JsonArray Of(CaseFilter filter)
    {
        var clauses = new JsonArray();
        if (filter.Statuses.Count > 0)
            clauses.Add(Clause("statuses", ("values", Texts(filter.Statuses.Where(Enum.IsDefined).Select(static status => status.Name())))));
        if (filter.IsLate is { } isLate)
            clauses.Add(Clause("isLate", ("value", isLate)));
        if (filter.SellerRegions.Count > 0)
            clauses.Add(Regions("sellerRegions", "sellerRegionUnknown", filter.SellerRegions));
        if (filter.CustomerRegions.Count > 0)
            clauses.Add(Regions("customerRegions", "customerRegionUnknown", filter.CustomerRegions));
        if (filter.Lanes.Count > 0)
            clauses.Add(Clause("lanes", ("values", Texts(filter.Lanes.Where(static lane => lane.Seller.IsKnown && lane.Customer.IsKnown).Select(static lane => CardDocument.NameOf(lane)!)))));
        Add(clauses, "ordered", filter.Ordered);
        Add(clauses, "delivered", filter.Delivered);
        Add(clauses, "promised", filter.Promised);
        Add(clauses, "delayed", filter.Delayed);
        Add(clauses, "cancelled", filter.Cancelled);
        if (filter.AnyAnomaly != CaseAnomalies.None)
            clauses.Add(Clause("anomalies", ("values", Texts(filter.AnyAnomaly.Names()))));
        if (filter.Variant is { } variant)
            clauses.Add(Clause("variant", ("value", variant)));
        if (filter.OpenStep != OpenStep.None)
            clauses.Add(Clause("openStep", ("value", CardDocument.NameOf(filter.OpenStep))));
        if (filter.OpenSinceAtMost is { } moment)
            clauses.Add(Clause("openSince", ("upTo", Clamp(moment).ToString())));
        Add(clauses, "approval", filter.Approval);
        Add(clauses, "handling", filter.Handling);
        Add(clauses, "transit", filter.Transit);
        Add(clauses, "leadTime", filter.LeadTime);
        if (!string.IsNullOrEmpty(filter.OrderIdPrefix))
            clauses.Add(Clause("orderIdPrefix", ("value", filter.OrderIdPrefix)));
        return clauses;
    }

    private static JsonNode Regions(string known, string unknown, IReadOnlyList<Region> regions)
    {
        var terms = Clause(known, ("values", Texts(regions.Where(static region => region.IsKnown).Select(static region => region.ToString()))));
        return regions.Contains(Region.Unknown) ? Clause("either", ("clauses", new JsonArray(terms, Clause(unknown)))) : terms;
    }

    private static void Add(JsonArray clauses, string name, TimeRange range)
    {
        if (!range.IsSet)
            return;
        // What lies beyond the calendar cannot be written; its last moment belongs to a range that ends there.
        bool isOpen = range.To is null || range.To.Value > EventTime.MaxValue;
        clauses.Add(Clause(
            name,
            ("from", Clamp(range.From ?? EventTime.MinValue).ToString()),
            ("before", isOpen ? null : Clamp(range.To!.Value).ToString()),
            ("upTo", isOpen ? EventTime.MaxValue.ToString() : null)));
    }

    private static void Add(JsonArray clauses, string name, SecondsRange range)
    {
        if (range.IsSet)
            clauses.Add(Clause(name, ("from", range.Min ?? long.MinValue), ("upTo", range.Max)));
    }

    private static EventTime Clamp(EventTime time) =>
        time < EventTime.MinValue ? EventTime.MinValue : time > EventTime.MaxValue ? EventTime.MaxValue : time;

    private static JsonNode Clause(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> parameters) =>
        JsonFile.Fill("Queries/filters.json", parameters)[name]!.DeepClone();

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode?)value)]);
}
