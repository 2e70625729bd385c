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
    /// <summary>Orders that have a card.</summary>
    public required long OrderCount { get; init; }

    /// <summary>Orders by status; every status is there.</summary>
    public required IReadOnlyDictionary<string, long> Status { get; init; }

    /// <summary>Orders by anomaly; those that occur.</summary>
    public required IReadOnlyDictionary<string, long> Anomalies { get; init; }

    /// <summary>Late orders that are still under way.</summary>
    public required long OpenLateCount { get; init; }

    /// <summary>Figures of all lanes on the watermark's day.</summary>
    public required DayItem Today { get; init; }

    /// <summary>Figures of all lanes, rolling over 7, 30 and 90 days.</summary>
    public required IReadOnlyList<WindowItem> Rolling { get; init; }

    /// <summary>Figures of all lanes day by day: how lateness goes.</summary>
    public required IReadOnlyList<DayItem> Trend { get; init; }

    /// <summary>Events in the log that are not folded yet.</summary>
    public required long LagEvents { get; init; }
}

/// <summary>The overview.</summary>
internal static class OverviewEndpoint
{
    private static readonly ApiEndpoint Overview = new("overview", "Overview", ApiPaths.Root + "/overview", "Counts by status, today's and rolling figures, and the trend of lateness.")
    {
        Parameters = [new ApiParameter("days", "How many days the trend has: 1 to 366.", "30")],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Overview, ApiJsonContext.Default.OverviewDocument, AnswerAsync);

    private static async ValueTask<OverviewDocument> AnswerAsync(ApiRequest request)
    {
        int days = request.Query.Number("days", 30, 1, 366);
        var status = await request.Ports.StatusAsync(request.Cancellation);
        var all = await request.Ports.Search.SearchAsync(new CaseQuery { Limit = 1, WithFacets = true }, request.Cancellation);
        var lanes = request.Ports.Lanes;
        var today = request.Today;
        var rolling = new List<WindowItem>();
        foreach (int window in LaneLedger.RollingDays)
            rolling.Add(new WindowItem(window, today, await lanes.NetworkAsync(DateRange.Last(window, today), request.Cancellation)));
        var trend = new List<DayItem>();
        for (int day = Math.Max(today.DayNumber - days + 1, 0); day <= today.DayNumber; day++)
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
            OpenLateCount = counts.GetValueOrDefault(CaseStatus.Delayed.Name()),
            Today = trend[^1],
            Rolling = rolling,
            Trend = trend,
            LagEvents = status.LagEvents,
        };
    }
}
