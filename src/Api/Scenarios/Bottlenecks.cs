using Eip.Api.Http;
using Eip.Api.Json;
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
    private const int UsualDays = 30;

    private static readonly IReadOnlyList<ApiParameter> Parameters =
    [
        .. PeriodReader.Parameters(UsualDays),
        .. CaseFilterReader.Places,
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
        var period = PeriodReader.Read(request, UsualDays);
        var earlier = period.Before();
        int limit = request.Query.Limit(WorstCount);
        string by = handling ? "orderedAt" : "deliveredAt";
        int minSamples = request.Query.Number("minSamples", 5, 1, int.MaxValue);
        var orders = CaseFilterReader.ReadPlaces(request.Query);
        var now = In(orders, handling, period.Moments());
        var search = request.Ports.Search;
        var current = await MeasureAsync(request, now, duration);
        var previous = await MeasureAsync(request, In(orders, handling, earlier.Moments()), duration);
        var regions = await search.MeasureAsync(now, duration, CaseGrouping.SellerRegion, request.Cancellation);
        var sort = handling ? CaseSort.HandlingSeconds : CaseSort.TransitSeconds;
        var having = handling ? now with { Handling = new SecondsRange(0, null) } : now with { Transit = new SecondsRange(0, null) };
        var worst = await search.SearchAsync(new CaseQuery { Filter = having, Sort = sort, Descending = true, Limit = limit }, request.Cancellation);
        var waiting = await search.SearchAsync(
            new CaseQuery { Filter = orders with { OpenStep = step }, Sort = CaseSort.OpenSince, Descending = false, Limit = limit }, request.Cancellation);
        return new BottleneckDocument
        {
            Step = handling ? "handling" : "transit",
            Period = period.Item(by),
            PreviousPeriod = earlier.Item(by),
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

    private static CaseFilter In(CaseFilter orders, bool byOrder, TimeRange period) =>
        byOrder ? orders with { Ordered = period } : orders with { Delivered = period };

    private static async ValueTask<DurationDistribution?> MeasureAsync(ApiRequest request, CaseFilter filter, CaseDuration duration) =>
        (await request.Ports.Search.MeasureAsync(filter, duration, CaseGrouping.None, request.Cancellation)).FirstOrDefault(static group => group.Count > 0);
}
