using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Overview;

/// <summary>The whole network at a glance.</summary>
public sealed class OverviewDocument : AnswerDocument
{
    /// <summary>Orders that have a card: all of them, whether or not they are in a lane.</summary>
    public required long OrderCount { get; init; }

    /// <summary>All orders by status; every status is there. Lanes count fewer, for an order with an unknown region is in none (fulfillment-v1 §4).</summary>
    public required IReadOnlyDictionary<string, long> Status { get; init; }

    /// <summary>Orders by anomaly; those that occur.</summary>
    public required IReadOnlyDictionary<string, long> Anomalies { get; init; }

    /// <summary>Late orders that are still under way.</summary>
    public required long OpenLateCount { get; init; }

    /// <summary>What is counted where.</summary>
    public required string Counted { get; init; }

    /// <summary>Orders in no lane, since a region is unknown: lanes do not count them.</summary>
    public required long NoLaneCount { get; init; }

    /// <summary>Cancelled ones of them: those that the status counts and the figures of lanes do not.</summary>
    public required long NoLaneCancelledCount { get; init; }

    /// <summary>The period of the trend and of the total.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>Figures of all lanes over the period.</summary>
    public required WindowItem Total { get; init; }

    /// <summary>Figures of all lanes on the period's last day.</summary>
    public required DayItem Today { get; init; }

    /// <summary>Figures of all lanes, rolling over 7, 30 and 90 days up to it.</summary>
    public required IReadOnlyList<WindowItem> Rolling { get; init; }

    /// <summary>Figures of all lanes day by day: how lateness goes.</summary>
    public required IReadOnlyList<DayItem> Trend { get; init; }

    /// <summary>Events in the log that are not folded yet.</summary>
    public required long LagEvents { get; init; }

    /// <summary>What makes these figures other than they seem, in a sentence: an event time too far past the clock to count. Null when there is nothing.</summary>
    public string? Hint { get; init; }
}

/// <summary>The overview.</summary>
internal static class OverviewEndpoint
{
    private const int UsualDays = 30;
    private const int MaxDays = 366;

    private static readonly ApiEndpoint Overview = new("overview", "Overview", ApiPaths.Root + "/overview", "Counts by status, today's and rolling figures, and the trend of lateness.")
    {
        Parameters = PeriodReader.Parameters(UsualDays, MaxDays),
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Overview, ApiJsonContext.Default.OverviewDocument, AnswerAsync);

    private static async ValueTask<OverviewDocument> AnswerAsync(ApiRequest request)
    {
        var period = PeriodReader.Read(request, UsualDays);
        if (period.Length() > MaxDays)
            throw ApiProblemException.BadParameter(request.Query.Text("from") is null ? "days" : "from", $"The trend has at most {MaxDays} days, not {period.Length()}.");
        var status = await request.Ports.StatusAsync(request.Cancellation);
        var all = await request.Ports.Search.SearchAsync(new CaseQuery { Sort = CaseSort.LastEventAt, Descending = true, Limit = 1, WithFacets = true }, request.Cancellation);
        var last = all.Items is [{ LastEventAt: var at }] ? at : default(EventTime?);
        var lanes = request.Ports.Lanes;
        var today = period.To;
        var rolling = new List<WindowItem>();
        foreach (int window in LaneLedger.RollingDays)
            rolling.Add(new WindowItem(window, today, await lanes.NetworkAsync(DateRange.Last(window, today), request.Cancellation)));
        var trend = new List<DayItem>();
        for (int day = period.From.DayNumber; day <= today.DayNumber; day++)
        {
            var date = DateOnly.FromDayNumber(day);
            trend.Add(new DayItem(date, await lanes.NetworkAsync(new DateRange(date, date), request.Cancellation)));
        }

        var counts = all.Facets!.Status;
        return new OverviewDocument
        {
            OrderCount = all.Total,
            Status = CaseNames.AllStatuses.ToDictionary(static status => status.Name(), status => counts.GetValueOrDefault(status.Name()), StringComparer.Ordinal),
            Anomalies = all.Facets.Anomalies,
            Counted = "Orders by status, all of them, as they stand now; every other figure over orders in lanes, which need both regions.",
            NoLaneCount = await NoLaneAsync(request, new CaseFilter()),
            NoLaneCancelledCount = await NoLaneAsync(request, new CaseFilter { Statuses = [CaseStatus.Cancelled] }),
            Period = period.Item("deliveredAt"),
            Total = new WindowItem(period.Length(), today, await lanes.NetworkAsync(period, request.Cancellation)),
            OpenLateCount = counts.GetValueOrDefault(CaseStatus.Delayed.Name()),
            Today = trend[^1],
            Rolling = rolling,
            Trend = trend,
            LagEvents = status.LagEvents,
            Hint = (last > request.Ports.Horizon.Latest ? last : status.AheadAt) is { } ahead ? EventHorizon.Hint(ahead) : null,
        };
    }

    // Without a seller's region, or without a customer's: those without both are counted once.
    private static async ValueTask<long> NoLaneAsync(ApiRequest request, CaseFilter filter)
    {
        Region[] unknown = [Region.Unknown];
        long sellers = await CountAsync(filter with { SellerRegions = unknown }), customers = await CountAsync(filter with { CustomerRegions = unknown });
        return sellers + customers - await CountAsync(filter with { SellerRegions = unknown, CustomerRegions = unknown });

        async ValueTask<long> CountAsync(CaseFilter some) =>
            (await request.Ports.Search.SearchAsync(new CaseQuery { Filter = some, Limit = 0 }, request.Cancellation)).Total;
    }
}
