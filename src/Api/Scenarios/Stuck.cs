using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Orders without progress for longer than the lane's 95th percentile at the step that they wait in; those stuck longest first.</summary>
internal static class Stuck
{
    // Orders in the position of a page: any number that no search uses.
    private const byte Order = 255;
    private const int MinSamples = 20;

    private static readonly (OpenStep Step, CaseDuration Duration)[] Steps =
        [(OpenStep.Approval, CaseDuration.Approval), (OpenStep.Handling, CaseDuration.Handling), (OpenStep.Transit, CaseDuration.Transit)];

    private static readonly ApiEndpoint Waiting = new("stuck", "Scenarios", ApiPaths.Root + "/stuck", "Orders without progress for longer than their lane's 95th percentile at that step.")
    {
        Parameters =
        [
            new("step", "Only orders that wait in this step.", "handling") { Allowed = ["approval", "handling", "transit"] },
            new("sellerRegion", "The seller's region, or unknown.", "SP") { Many = true },
            new("customerRegion", "The customer's region, or unknown.", "RJ") { Many = true },
            new("lane", "The lane.", "SP-RJ") { Many = true },
            new("days", "The norm is taken over orders placed in so many days up to the watermark.", "180"),
            .. CaseQueryReader.Paging,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Waiting, ApiJsonContext.Default.ListDocumentStuckItem, AnswerAsync);

    private static async ValueTask<ListDocument<StuckItem>> AnswerAsync(ApiRequest request)
    {
        var only = CaseFilterReader.Step(request.Query.Word("step", "approval", "handling", "transit"));
        int days = request.Query.Number("days", 180, 1, LaneEndpoints.MaxDays);
        int limit = request.Query.Limit();
        CursorText? after = request.Query.Text("after") is { } text ? CursorText.Decode(text, Order) : null;
        var orders = new CaseFilter
        {
            SellerRegions = request.Query.Regions("sellerRegion"),
            CustomerRegions = request.Query.Regions("customerRegion"),
            Lanes = request.Query.Lanes("lane"),
        };
        var stuck = new List<StuckItem>();
        foreach (var (step, duration) in Steps)
        {
            if (only == OpenStep.None || only == step)
                await FindAsync(request, orders, step, duration, days, stuck);
        }

        stuck.Sort(static (left, right) => Compare(left.StuckSince!.Value.UnixSeconds, left.OrderId, right.StuckSince!.Value.UnixSeconds, right.OrderId));
        int start = after is { } position
            ? stuck.FindIndex(item => Compare(item.StuckSince!.Value.UnixSeconds, item.OrderId, position.Value ?? 0, position.OrderId) > 0)
            : 0;
        var page = start < 0 ? [] : stuck.GetRange(start, Math.Min(limit, stuck.Count - start));
        bool more = start >= 0 && start + page.Count < stuck.Count;
        return new ListDocument<StuckItem>
        {
            Total = stuck.Count,
            Items = page,
            Next = more ? new CursorText(Order, page[^1].StuckSince!.Value.UnixSeconds, page[^1].OrderId, null).Encode() : null,
            Facets = Facets(stuck),
        };
    }

    private static async ValueTask FindAsync(ApiRequest request, CaseFilter orders, OpenStep step, CaseDuration duration, int days, List<StuckItem> stuck)
    {
        if (request.Watermark is not { } watermark)
            return;
        var from = Math.Max(watermark.UnixSeconds - ((long)days * EventTime.SecondsPerDay), EventTime.MinValue.UnixSeconds);
        var recent = new CaseFilter { Ordered = new TimeRange(new EventTime(from), null) };
        var search = request.Ports.Search;
        var network = (await search.MeasureAsync(recent, duration, CaseGrouping.None, request.Cancellation)).FirstOrDefault(static group => group.Count > 0);
        if (network is null)
            return;
        var lanes = (await search.MeasureAsync(recent, duration, CaseGrouping.Lane, request.Cancellation))
            .Where(static group => group.Count >= MinSamples && Lane.TryParse(group.Key, out _))
            .ToDictionary(static group => Lane.TryParse(group.Key, out var lane) ? lane : default, static group => group.P95);
        long shortest = Math.Min(network.P95, lanes.Count == 0 ? long.MaxValue : lanes.Values.Min());
        var waiting = new CaseQuery
        {
            Filter = orders with { OpenStep = step, OpenSinceAtMost = CaseFilterReader.WaitingLongerThan(watermark, shortest) },
            Sort = CaseSort.OpenSince,
            Descending = false,
        };
        await foreach (var card in search.StreamAsync(waiting, request.Cancellation))
        {
            long laneNorm = 0;
            bool hasLaneNorm = card.Lane is { } lane && lanes.TryGetValue(lane, out laneNorm);
            var item = new StuckItem(card, watermark, hasLaneNorm ? laneNorm : network.P95, hasLaneNorm);
            if (item.ExcessSeconds > 0)
                stuck.Add(item);
        }
    }

    private static int Compare(long left, OrderId leftId, long right, OrderId rightId) => left != right ? left.CompareTo(right) : leftId.CompareTo(rightId);

    private static Dictionary<string, IReadOnlyDictionary<string, long>> Facets(List<StuckItem> stuck) => new(StringComparer.Ordinal)
    {
        ["step"] = Count(stuck, static item => item.OpenStep.ToString().ToLowerInvariant()),
        ["sellerRegion"] = Count(stuck, static item => item.SellerRegion.Text ?? "unknown"),
        ["customerRegion"] = Count(stuck, static item => item.CustomerRegion.Text ?? "unknown"),
    };

    private static SortedDictionary<string, long> Count(List<StuckItem> stuck, Func<StuckItem, string> key)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var item in stuck)
            counts[key(item)] = counts.GetValueOrDefault(key(item)) + 1;
        return counts;
    }
}
