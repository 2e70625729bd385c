using Eip.Domain;
using Eip.Pipeline.Ports;
using Spectre.Console;

namespace Eip.Cli.Views;

/// <summary>Lanes side by side.</summary>
internal static class LanesView
{
    /// <summary>Every day up to the watermark's: later ones hold promises that are not due.</summary>
    public static DateRange UpTo(EventTime? watermark) => watermark is { } known ? DateRange.All with { To = known.Date } : DateRange.All;

    /// <summary>The lowest on-time rate first; lanes without a promise last.</summary>
    public static IOrderedEnumerable<LaneFigures> WorstFirst(IEnumerable<LaneFigures> lanes) => lanes
        .OrderBy(static lane => lane.Kpis.OnTimeRate ?? decimal.MaxValue).ThenByDescending(static lane => lane.Kpis.P95LeadTimeHours).ThenBy(static lane => lane.Lane);

    public static void Write(IAnsiConsole console, IReadOnlyList<LaneFigures> lanes, LaneKpis? network)
    {
        var table = new TextTable(
            new("lane", Right: false), new("samples"), new("avg h", 8), new("p50 h", 7), new("p95 h", 3), new("late", 6), new("late rate", 2),
            new("promised", 4), new("on time"), new("breaches", 5), new("cancelled", 9));
        foreach (var lane in lanes)
            AddRow(table, lane.Lane.ToString(), lane.Kpis);
        if (network is not null)
            AddRow(table.Gap(), "all lanes", network);
        console.Write(table);
    }

    private static void AddRow(TextTable table, string name, LaneKpis kpis) => table.Row(
        name,
        kpis.SampleCount.ToString("N0"),
        Durations.ShowHours(kpis.AvgLeadTimeHours),
        Durations.ShowHours(kpis.P50LeadTimeHours),
        Durations.ShowHours(kpis.P95LeadTimeHours),
        kpis.LateCount.ToString("N0"),
        Durations.ShowRate(kpis.LateRate),
        kpis.PromisedCount.ToString("N0"),
        Durations.ShowRate(kpis.OnTimeRate),
        kpis.BreachCount.ToString("N0"),
        kpis.CancelledCount.ToString("N0"));
}
