using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Text;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Orders without progress for longer than the lane's 95th percentile at the step that they wait in; those stuck longest first.</summary>
internal static class Stuck
{
    // Orders in the positions of pages: numbers that no search uses.
    private const byte FirstOrder = 252;
    private const int UsualDays = 180;
    private static readonly string[] Sorts = ["stuckSince", "openSince", "-excessSeconds", "deadlineAt"];

    private static readonly ApiEndpoint Waiting = new("stuck", "Scenarios", ApiPaths.Root + "/stuck", "Orders without progress for longer than their lane's 95th percentile at that step.")
    {
        Parameters =
        [
            new("step", "Only orders that wait in this step.", "handling") { Allowed = CaseFilterReader.Steps },
            new("longerThan", "Only orders that have waited in it for longer than this; " + DurationText.Forms + ".", "10d"),
            .. CaseFilterReader.Places,
            new("to", "As of the end of this day, UTC, instead of the watermark: what was stuck then.", "2018-06-20"),
            new("days", $"The norm is taken over orders placed in so many days up to then, 1 to {PeriodReader.MaxDays}.", "180"),
            new("sort", "What comes first: stuck or waiting longest, furthest beyond the norm, or the earliest deadline.", "openSince") { Allowed = Sorts },
            .. CaseQueryReader.Paging,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Waiting, ApiJsonContext.Default.ListDocumentStuckItem, AnswerAsync);

    private static async ValueTask<ListDocument<StuckItem>> AnswerAsync(ApiRequest request)
    {
        var only = CaseFilterReader.Step(request.Query.Word("step", CaseFilterReader.Steps));
        int days = request.Query.Number("days", UsualDays, 1, PeriodReader.MaxDays);
        int limit = request.Query.Limit();
        long longerThan = request.Query.Seconds("longerThan") ?? -1;
        int sort = Math.Max(Array.IndexOf(Sorts, request.Query.Word("sort", Sorts)), 0);
        CursorText? after = request.Query.Text("after") is { } text ? CursorText.Decode(text, (byte)(FirstOrder + sort)) : null;
        var orders = CaseFilterReader.ReadPlaces(request.Query);
        var stuck = Moment(request) is { } moment ? await new StuckOrders(request, orders, moment, days).FindAsync(only) : [];
        stuck.RemoveAll(item => item.OpenSeconds <= longerThan);
        stuck.Sort((left, right) => Compare(Key(sort, left), left.OrderId, Key(sort, right), right.OrderId));
        int start = after is { } position ? stuck.FindIndex(item => Compare(Key(sort, item), item.OrderId, position.Value ?? 0, position.OrderId) > 0) : 0;
        var page = start < 0 ? [] : stuck.GetRange(start, Math.Min(limit, stuck.Count - start));
        bool more = start >= 0 && start + page.Count < stuck.Count;
        return new ListDocument<StuckItem>
        {
            Total = stuck.Count,
            Counted = "Orders that are neither delivered nor cancelled then and have waited in a step beyond the norm of their lane, or of the network.",
            Period = Moment(request) is { } then ? new PeriodItem(then.Date, then.Date, "openSince") : null,
            Items = page,
            Next = more ? new CursorText((byte)(FirstOrder + sort), Key(sort, page[^1]), page[^1].OrderId, null).Encode() : null,
            Facets = Facets(stuck),
        };
    }

    // The end of a day that is not over yet is the watermark.
    private static EventTime? Moment(ApiRequest request) =>
        request.Query.Day("to") is { } to && request.Watermark is { } watermark && to < watermark.Date
            ? EventTime.StartOf(to) + (EventTime.SecondsPerDay - 1)
            : request.Watermark;

    // What comes first has the smallest key; what has no value comes last.
    private static long Key(int sort, StuckItem item) => sort switch
    {
        0 => item.StuckSince!.Value.UnixSeconds,
        1 => item.OpenSince!.Value.UnixSeconds,
        2 => -item.ExcessSeconds!.Value,
        _ => item.Card.DeadlineAt?.UnixSeconds ?? long.MaxValue,
    };

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
