using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Shipments;

/// <summary>Pages of cards as lists.</summary>
internal static class CardList
{
    public static ListDocument<CardItem> Of(CasePage page, CaseQuery query, EventTime? watermark) => new()
    {
        Total = page.Total,
        Items = Items(page.Items, watermark),
        Next = page.Next is { } next ? CursorText.Encode(query, next) : null,
        Facets = page.Facets is { } facets ? Facets(facets) : null,
    };

    public static CardItem[] Items(IReadOnlyList<CaseCard> cards, EventTime? watermark)
    {
        var items = new CardItem[cards.Count];
        for (int i = 0; i < items.Length; i++)
            items[i] = new CardItem(cards[i], watermark);
        return items;
    }

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Facets(CaseFacets facets) =>
        new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal)
        {
            ["status"] = facets.Status,
            ["sellerRegion"] = Named(facets.SellerRegion),
            ["customerRegion"] = Named(facets.CustomerRegion),
            ["anomalies"] = facets.Anomalies,
        };

    // The unknown region has the name that the filter takes.
    private static IReadOnlyDictionary<string, long> Named(IReadOnlyDictionary<string, long> counts)
    {
        if (!counts.ContainsKey(""))
            return counts;
        return counts.ToDictionary(static count => count.Key.Length == 0 ? "unknown" : count.Key, static count => count.Value, StringComparer.Ordinal);
    }
}
