using Eip.Domain;
using Eip.Simulator.Replay;
using Eip.Cli.Views;

namespace Eip.Cli.Replays;

/// <summary>What a plan would emit, as a table of days and types.</summary>
internal static class DryRunView
{
    public static TextTable Render(DryRun run)
    {
        var table = new TextTable([new("day", Right: false), .. EventTypes.All.Select(static type => new TextColumn(type.Name(), 1 + (int)type)), new("events")])
        {
            Caption = run.Malformed > 0 ? $"and {run.Malformed:N0} malformed lines" : null,
        };
        foreach (var (day, counts) in run.Days)
            table.Row([day.ToString("yyyy-MM-dd"), .. EventTypes.All.Select(type => (TextCell)counts[(int)type].ToString("N0")), counts.Sum().ToString("N0")]);
        return table.Gap().Row(["all", .. EventTypes.All.Select(type => (TextCell)run.Of(type).ToString("N0")), run.Events.ToString("N0")]);
    }
}
