using Eip.Domain;
using Eip.Simulator.Replay;
using Spectre.Console;

namespace Eip.Cli.Replays;

/// <summary>What a plan would emit, as a table of days and types.</summary>
internal static class DryRunView
{
    public static Table Render(DryRun run)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("day");
        foreach (var type in EventTypes.All)
            table.AddColumn(new TableColumn(type.Name()).RightAligned());
        table.AddColumn(new TableColumn("events").RightAligned());
        foreach (var (day, counts) in run.Days)
            table.AddRow([day.ToString("yyyy-MM-dd"), .. EventTypes.All.Select(type => counts[(int)type].ToString("N0")), counts.Sum().ToString("N0")]);
        table.AddEmptyRow();
        table.AddRow(["all", .. EventTypes.All.Select(type => run.Of(type).ToString("N0")), run.Events.ToString("N0")]);
        if (run.Malformed > 0)
            table.Caption($"and {run.Malformed:N0} malformed lines", new Style(Color.Grey));
        return table;
    }
}
