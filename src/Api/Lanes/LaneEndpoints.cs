using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Lanes;

/// <summary>Lanes: their figures by day and rolling, the worst, and two against each other.</summary>
internal static class LaneEndpoints
{
    private const int UsualDays = 30;
    private const int LongDays = 90;
    private const string By = "deliveredAt";

    private const string Counted = "Orders of lanes, which need both regions: deliveries by deliveredAt, promises by the day of their deadline, broken ones by delayedAt, "
        + "cancelled orders by cancelledAt and nothing else of them.";

    private static readonly ApiParameter Explain = new("explain", "Whether each lane says why to avoid it.", "true") { Allowed = ["true", "false"] };
    private static readonly string[] Badness = ["onTimeRate", "lateRate", "p95"];
    private static readonly ApiParameter MinSamples = new("minSamples", "Only lanes with at least so many deliveries.", "20");

    private static readonly ApiEndpoint List = new("lanes", "Lanes", ApiPaths.Root + "/lanes", "The figures of every lane over a window.")
    {
        Parameters =
        [
            .. PeriodReader.Parameters(UsualDays), new("sellerRegion", "From this region.", "SP") { Many = true }, new("customerRegion", "To this region.", "RJ") { Many = true },
            MinSamples, new("sort", "The figure to sort by, with a minus for the greatest first.", "-lateRate") { Allowed = LaneSort.Names },
            .. CaseQueryReader.Paging, Explain,
        ],
    };

    private static readonly ApiEndpoint One = new("lane", "Lanes", ApiPaths.Root + "/lanes/{seller}/{customer}", "One lane: the last day, rolling over 7, 30 and 90 days up to it, the period, and why to avoid it or not.")
    {
        Parameters = PeriodReader.Parameters(LongDays),
        Problems = [StatusCodes.Status404NotFound],
    };

    private static readonly ApiEndpoint Daily = new("lane-daily", "Lanes", ApiPaths.Root + "/lanes/{seller}/{customer}/daily", "One lane day by day: its rows of route_stats_daily.")
    {
        Parameters = [new("from", "First day, UTC; the first of all by default.", "2018-01-01"), new("to", "Last day, UTC, included; the last of all by default, promises to come among them.", "2018-06-30")],
        Problems = [StatusCodes.Status404NotFound],
    };

    private static readonly ApiEndpoint Worst = new("lanes-worst", "Lanes", ApiPaths.Root + "/lanes/worst", "The lanes to avoid: those that break their promises beyond chance first.")
    {
        Parameters =
        [
            .. PeriodReader.Parameters(LongDays), new("minSamples", "Only lanes with at least so many promises due, or deliveries when ranked by those.", "20"),
            new("by", "What makes a lane bad: promises not kept, open ones included; late deliveries; or slow ones.", "onTimeRate") { Allowed = Badness },
            new("limit", "The most lanes.", "10"),
        ],
    };

    private static readonly ApiEndpoint Compare = new("lanes-compare", "Lanes", ApiPaths.Root + "/lanes/compare", "Two lanes side by side, and which to prefer.")
    {
        Parameters = [new("a", "The first lane.", "SP-RJ") { Required = true }, new("b", "The second lane.", "SP-SP") { Required = true }, .. PeriodReader.Parameters(LongDays)],
        Problems = [StatusCodes.Status404NotFound],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer(List, ApiJsonContext.Default.ListDocumentLaneItem, ListAsync);
        routes.MapAnswer(One, ApiJsonContext.Default.LaneDocument, OneAsync);
        routes.MapAnswer(Daily, ApiJsonContext.Default.ListDocumentDayItem, DailyAsync);
        routes.MapAnswer(Worst, ApiJsonContext.Default.ListDocumentLaneItem, WorstAsync);
        routes.MapAnswer(Compare, ApiJsonContext.Default.LaneComparisonDocument, CompareAsync);
    }

    private static async ValueTask<ListDocument<LaneItem>> ListAsync(ApiRequest request)
    {
        var window = PeriodReader.Read(request, UsualDays);
        var sellers = request.Query.Regions("sellerRegion");
        var customers = request.Query.Regions("customerRegion");
        int minSamples = request.Query.Number("minSamples", 0, 0, int.MaxValue);
        var sort = LaneSort.Read(request.Query);
        int limit = request.Query.Limit(1_000);
        bool explain = request.Query.Flag("explain") ?? false;
        var lanes = (await request.Ports.Lanes.ListAsync(window, request.Cancellation))
            .Where(figures => figures.Kpis.SampleCount >= minSamples
                && (sellers.Count == 0 || sellers.Contains(figures.Lane.Seller)) && (customers.Count == 0 || customers.Contains(figures.Lane.Customer)));
        var (page, total, next) = sort.Page(lanes, request.Query.Text("after"), limit);
        var network = explain ? await request.Ports.Lanes.NetworkAsync(window, request.Cancellation) : null;
        return new ListDocument<LaneItem>
        {
            Total = total,
            Counted = Counted,
            Period = window.Item(By),
            Items = [.. page.Select(figures => new LaneItem(figures.Lane, figures.Kpis, network is null ? null : new LaneExplanation(figures.Kpis, network)))],
            Next = next,
        };
    }

    private static async ValueTask<LaneDocument> OneAsync(ApiRequest request)
    {
        var lane = request.Lane();
        var window = PeriodReader.Read(request, LongDays);
        var to = window.To;
        var ports = request.Ports.Lanes;
        var today = await ports.FindAsync(lane, DateRange.Last(1, to), request.Cancellation)
            ?? throw ApiProblemException.NotFound(null, $"No order of lane {lane} is known yet.");
        var rolling = new List<WindowItem>();
        foreach (int days in LaneLedger.RollingDays)
            rolling.Add(new WindowItem(days, to, await ports.FindAsync(lane, DateRange.Last(days, to), request.Cancellation) ?? today));

        var total = await ports.FindAsync(lane, window, request.Cancellation) ?? today;
        var network = await ports.NetworkAsync(window, request.Cancellation);
        return new LaneDocument
        {
            Lane = lane,
            Counted = Counted,
            Period = window.Item(By),
            Today = new DayItem(to, today),
            Rolling = rolling,
            Total = new WindowItem(window.Length(), to, total),
            Explain = new LaneExplanation(total, network),
        };
    }

    private static async ValueTask<ListDocument<DayItem>> DailyAsync(ApiRequest request)
    {
        var lane = request.Lane();
        var window = PeriodReader.Checked(request.Query.Day("from") ?? DateOnly.MinValue, request.Query.Day("to") ?? DateOnly.MaxValue, "from", "to");
        if (await request.Ports.Lanes.FindAsync(lane, DateRange.Last(1, request.Today), request.Cancellation) is null)
            throw ApiProblemException.NotFound(null, $"No order of lane {lane} is known yet.");
        var rows = await request.Ports.Lanes.DailyAsync(lane, window, request.Cancellation);
        return new ListDocument<DayItem> { Total = rows.Count, Counted = Counted, Period = window.Item(By), Items = [.. rows.Select(static row => new DayItem(row.StatDate, row.Kpis))] };
    }

    private static async ValueTask<ListDocument<LaneItem>> WorstAsync(ApiRequest request)
    {
        var window = PeriodReader.Read(request, LongDays);
        int minSamples = request.Query.Number("minSamples", LaneExplanation.MinSamples, 1, int.MaxValue);
        string by = request.Query.Word("by", Badness) ?? Badness[0];
        int limit = request.Query.Limit(10);
        var network = await request.Ports.Lanes.NetworkAsync(window, request.Cancellation);
        var ranked = (await request.Ports.Lanes.ListAsync(window, request.Cancellation))
            .Where(figures => (by == "onTimeRate" ? figures.Kpis.PromisedCount : figures.Kpis.SampleCount) >= minSamples)
            .Select(figures => new LaneItem(figures.Lane, figures.Kpis, new LaneExplanation(figures.Kpis, network)))
            // By the bound of the rate that favours the lane: one that is bad beyond chance comes before one that had bad luck twice.
            .OrderByDescending(item => by switch { "p95" => item.P95LeadTimeHours, "lateRate" => item.Explain!.LateRateLow, _ => 1 - item.Explain!.OnTimeRateHigh })
            .ThenByDescending(static item => item.PromisedCount - item.KeptCount).ThenBy(static item => item.Lane).ToList();
        return new ListDocument<LaneItem> { Total = ranked.Count, Counted = Counted, Period = window.Item(By), Items = [.. ranked.Take(limit)] };
    }

    private static async ValueTask<LaneComparisonDocument> CompareAsync(ApiRequest request)
    {
        var window = PeriodReader.Read(request, LongDays);
        var (laneA, laneB) = (Side(request, "a"), Side(request, "b"));
        var network = await request.Ports.Lanes.NetworkAsync(window, request.Cancellation);
        var a = await SideAsync(request, "a", laneA, window, network);
        var b = await SideAsync(request, "b", laneB, window, network);
        var (left, right) = (a.Explain!, b.Explain!);
        bool enough = left.PromisedCount >= LaneExplanation.MinSamples && right.PromisedCount >= LaneExplanation.MinSamples;
        bool apart = enough && (left.OnTimeRateHigh < right.OnTimeRateLow || right.OnTimeRateHigh < left.OnTimeRateLow);
        return new LaneComparisonDocument
        {
            Days = window.Length(),
            Counted = Counted,
            Period = window.Item(By),
            A = a,
            B = b,
            OnTimeRateDifference = b.OnTimeRate - a.OnTimeRate,
            LateRateDifference = b.LateRate - a.LateRate,
            P95LeadTimeDifferenceHours = b.P95LeadTimeHours - a.P95LeadTimeHours,
            IsSignificant = apart,
            Prefer = apart ? (left.OnTimeRateLow > right.OnTimeRateHigh ? a.Lane : b.Lane) : null,
        };
    }

    private static Lane Side(ApiRequest request, string name) =>
        QueryReader.Lane(name, request.Query.Text(name) ?? throw ApiProblemException.BadParameter(name, $"{name} is needed: a lane such as SP-RJ."));

    private static async ValueTask<LaneItem> SideAsync(ApiRequest request, string name, Lane lane, DateRange window, LaneKpis network)
    {
        var kpis = await request.Ports.Lanes.FindAsync(lane, window, request.Cancellation)
            ?? throw ApiProblemException.NotFound(name, $"No order of lane {lane} is known yet.");
        return new LaneItem(lane, kpis, new LaneExplanation(kpis, network));
    }
}
