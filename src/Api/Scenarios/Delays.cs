using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Who is late: by the seller's region and by lane, those with most late deliveries first.</summary>
internal static class Delays
{
    private const int UsualDays = 30;

    private static readonly IReadOnlyList<ApiParameter> Parameters =
        [.. PeriodReader.Parameters(UsualDays), new("minSamples", "Only those with at least so many deliveries.", "1"), new("limit", "The most of them.", "50")];

    private static readonly ApiEndpoint ByRegion = new(
        "delays-by-seller-region", "Scenarios", ApiPaths.Root + "/delays/by-seller-region", "Late deliveries by the seller's region, most first.") { Parameters = Parameters };

    private static readonly ApiEndpoint ByLane = new(
        "delays-by-lane", "Scenarios", ApiPaths.Root + "/delays/by-lane", "Late deliveries by lane, most first.") { Parameters = Parameters };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer(ByRegion, ApiJsonContext.Default.ListDocumentDelayItem, ByRegionAsync);
        routes.MapAnswer(ByLane, ApiJsonContext.Default.ListDocumentDelayItem, ByLaneAsync);
    }

    private static async ValueTask<ListDocument<DelayItem>> ByRegionAsync(ApiRequest request)
    {
        var window = PeriodReader.Read(request, UsualDays);
        // The same deliveries that lanes count (fulfillment-v1 §4), with those in no lane beside them.
        var delivered = new CaseFilter
        {
            Statuses = [CaseStatus.Delivered],
            Delivered = window.Moments(),
        };
        var regions = await request.Ports.Search.MeasureAsync(delivered, CaseDuration.LeadTime, CaseGrouping.SellerRegion, request.Cancellation);
        var open = await request.Ports.Search.SearchAsync(
            new CaseQuery { Filter = new CaseFilter { Statuses = [CaseStatus.Delayed] }, Limit = 1, WithFacets = true }, request.Cancellation);
        var openLate = open.Facets?.SellerRegion ?? new Dictionary<string, long>(StringComparer.Ordinal);
        var measured = regions.ToDictionary(static region => region.Key, StringComparer.Ordinal);
        var items = measured.Keys.Union(openLate.Keys, StringComparer.Ordinal).Select(key =>
        {
            var region = measured.GetValueOrDefault(key);
            var interval = WilsonInterval.Of(region?.LateCount ?? 0, region?.Count ?? 0);
            return new DelayItem
            {
                Key = key.Length == 0 ? "unknown" : key,
                DeliveredCount = region?.Count ?? 0,
                LateCount = region?.LateCount ?? 0,
                LateRate = region is null ? null : Rounding.Quotient(region.LateCount, region.Count),
                LateRateLow = interval?.Low,
                LateRateHigh = interval?.High,
                OpenLateCount = openLate.GetValueOrDefault(key),
                P50LeadTimeHours = region is null ? null : Rounding.Quotient(region.P50, 3_600),
                P95LeadTimeHours = region is null ? null : Rounding.Quotient(region.P95, 3_600),
            };
        });
        return Ranked(request, window, "Deliveries of all orders in the period, those in no lane included; open late ones as they stand now.", items);
    }

    private static async ValueTask<ListDocument<DelayItem>> ByLaneAsync(ApiRequest request)
    {
        var window = PeriodReader.Read(request, UsualDays);
        var lanes = await request.Ports.Lanes.ListAsync(window, request.Cancellation);
        return Ranked(request, window, "Deliveries of orders in lanes in the period; breaches by the day of the judgement.", lanes.Select(static figures =>
        {
            var interval = WilsonInterval.Of(figures.Kpis.LateCount, figures.Kpis.SampleCount);
            return new DelayItem
            {
                Key = $"{figures.Lane.Seller}-{figures.Lane.Customer}",
                DeliveredCount = figures.Kpis.SampleCount,
                LateCount = figures.Kpis.LateCount,
                LateRate = figures.Kpis.LateRate,
                LateRateLow = interval?.Low,
                LateRateHigh = interval?.High,
                BreachCount = figures.Kpis.BreachCount,
                P50LeadTimeHours = figures.Kpis.P50LeadTimeHours,
                P95LeadTimeHours = figures.Kpis.P95LeadTimeHours,
            };
        }));
    }

    private static ListDocument<DelayItem> Ranked(ApiRequest request, DateRange window, string counted, IEnumerable<DelayItem> items)
    {
        int minSamples = request.Query.Number("minSamples", 0, 0, int.MaxValue);
        int limit = request.Query.Limit();
        var ranked = items.Where(item => item.DeliveredCount >= minSamples)
            .OrderByDescending(static item => item.LateCount).ThenByDescending(static item => item.LateRate)
            .ThenBy(static item => item.Key, StringComparer.Ordinal).ToList();
        return new ListDocument<DelayItem> { Total = ranked.Count, Counted = counted, Period = window.Item("deliveredAt"), Items = [.. ranked.Take(limit)] };
    }
}
