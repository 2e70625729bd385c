using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Api.Shipments;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Where the warehouse and where the carrier take long: distribution, worst orders and regions, against the period before.</summary>
internal static class Bottlenecks
{
    private const int WorstCount = 10;

    private static readonly IReadOnlyList<ApiParameter> Parameters =
    [
        LaneEndpoints.Days,
        new("sellerRegion", "The seller's region, or unknown.", "SP") { Many = true },
        new("customerRegion", "The customer's region, or unknown.", "RJ") { Many = true },
        new("lane", "The lane.", "SP-RJ") { Many = true },
        new("minSamples", "Only regions with at least so many orders.", "5"),
        new("limit", "The most orders and regions of each list.", "10"),
    ];

    private static readonly ApiEndpoint Handling = new(
        "approval-to-handoff", "Scenarios", ApiPaths.Root + "/bottlenecks/approval-to-handoff", "How long approved orders wait for the carrier: orders placed in the period.")
    {
        Parameters = Parameters,
    };

    private static readonly ApiEndpoint Transit = new(
        "handoff-to-delivery", "Scenarios", ApiPaths.Root + "/bottlenecks/handoff-to-delivery", "How long carriers need: orders delivered in the period.")
    {
        Parameters = Parameters,
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer(Handling, ApiJsonContext.Default.BottleneckDocument, static request => AnswerAsync(request, OpenStep.Handling));
        routes.MapAnswer(Transit, ApiJsonContext.Default.BottleneckDocument, static request => AnswerAsync(request, OpenStep.Transit));
    }

    private static async ValueTask<BottleneckDocument> AnswerAsync(ApiRequest request, OpenStep step)
    {
        bool handling = step == OpenStep.Handling;
        var duration = handling ? CaseDuration.Handling : CaseDuration.Transit;
        int days = request.Query.Number("days", 30, 1, LaneEndpoints.MaxDays);
        int limit = request.Query.Limit(WorstCount);
        int minSamples = request.Query.Number("minSamples", 5, 1, int.MaxValue);
        var orders = new CaseFilter
        {
            SellerRegions = request.Query.Regions("sellerRegion"),
            CustomerRegions = request.Query.Regions("customerRegion"),
            Lanes = request.Query.Lanes("lane"),
        };
        var end = EventTime.StartOf(request.Today) + EventTime.SecondsPerDay;
        long length = (long)days * EventTime.SecondsPerDay;
        var now = In(orders, handling, Earlier(end, length), end);
        var before = In(orders, handling, Earlier(end, 2 * length), Earlier(end, length));
        var search = request.Ports.Search;
        var current = await MeasureAsync(request, now, duration);
        var previous = await MeasureAsync(request, before, duration);
        var regions = await search.MeasureAsync(now, duration, CaseGrouping.SellerRegion, request.Cancellation);
        var sort = handling ? CaseSort.HandlingSeconds : CaseSort.TransitSeconds;
        var having = handling ? now with { Handling = new SecondsRange(0, null) } : now with { Transit = new SecondsRange(0, null) };
        var worst = await search.SearchAsync(new CaseQuery { Filter = having, Sort = sort, Descending = true, Limit = limit }, request.Cancellation);
        var waiting = await search.SearchAsync(
            new CaseQuery { Filter = orders with { OpenStep = step }, Sort = CaseSort.OpenSince, Descending = false, Limit = limit }, request.Cancellation);
        return new BottleneckDocument
        {
            Step = handling ? "handling" : "transit",
            Period = new Period(Earlier(end, length), end, handling ? "orderedAt" : "deliveredAt"),
            Distribution = current is null ? null : new DistributionItem(current),
            Previous = previous is null ? null : new DistributionItem(previous),
            Change = current is null || previous is null
                ? null
                : new DistributionChange(current.Count - previous.Count, current.Average - previous.Average, current.P50 - previous.P50, current.P95 - previous.P95),
            WorstSellerRegions =
            [
                .. regions.Where(region => region.Count >= minSamples).OrderByDescending(static region => region.P95)
                    .ThenBy(static region => region.Key, StringComparer.Ordinal).Take(limit).Select(static region => Named(region)),
            ],
            WorstOrders = CardList.Items(worst.Items, request.Watermark),
            WaitingCount = waiting.Total,
            WaitingLongest = CardList.Items(waiting.Items, request.Watermark),
        };
    }

    private static DistributionItem Named(DurationDistribution region) =>
        new(region.Key.Length == 0 ? region with { Key = "unknown" } : region);

    private static CaseFilter In(CaseFilter orders, bool byOrder, EventTime from, EventTime to) =>
        byOrder ? orders with { Ordered = new TimeRange(from, to) } : orders with { Delivered = new TimeRange(from, to) };

    private static EventTime Earlier(EventTime moment, long seconds) => new(Math.Max(moment.UnixSeconds - seconds, EventTime.MinValue.UnixSeconds));

    private static async ValueTask<DurationDistribution?> MeasureAsync(ApiRequest request, CaseFilter filter, CaseDuration duration) =>
        (await request.Ports.Search.MeasureAsync(filter, duration, CaseGrouping.None, request.Cancellation)).FirstOrDefault(static group => group.Count > 0);
}
