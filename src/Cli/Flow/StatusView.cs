using Eip.Cli.Views;
using Eip.Pipeline.Ports;
using Spectre.Console;

namespace Eip.Cli.Flow;

/// <summary>The state of a pipeline as a table: each partition, and all of them.</summary>
internal static class StatusView
{
    public static TextTable Render(PipelineStatus status)
    {
        var table = new TextTable(
            new("part"), new("end offset", 3), new("projected", 4), new("lag"), new("lag time", 2), new("events/s", 1), new("clear in", 5), new("folded up to", 6, Right: false))
        {
            Caption = $"watermark {status.Watermark?.ToString() ?? "none"} · {status.OrderCount:N0} orders · {status.DeadLetters:N0} dead letters",
        };
        foreach (var partition in status.Partitions)
        {
            table.Row(
                partition.Partition.ToString(),
                partition.EndOffset.ToString("N0"),
                partition.ProjectedOffset.ToString("N0"),
                Mark(partition.LagEvents),
                Durations.Show(partition.LagSeconds),
                partition.EventsPerSecond.ToString("N0"),
                ClearIn(partition.LagEvents, partition.EventsPerSecond),
                partition.Watermark?.ToString() ?? "–");
        }

        double rate = status.Partitions.Sum(static partition => partition.EventsPerSecond);
        return table.Gap().Row(
            "all",
            status.Partitions.Sum(static partition => partition.EndOffset).ToString("N0"),
            status.Partitions.Sum(static partition => partition.ProjectedOffset).ToString("N0"),
            Mark(status.LagEvents),
            Durations.Show(status.Partitions.Select(static partition => partition.LagSeconds).DefaultIfEmpty().Max()),
            rate.ToString("N0"),
            ClearIn(status.LagEvents, rate),
            status.Watermark?.ToString() ?? "–");
    }

    private static TextCell Mark(long lag) => new(lag.ToString("N0"), lag == 0 ? null : Color.Yellow);

    // At the present rate, were nothing to come any more.
    private static string ClearIn(long lag, double rate) => lag == 0 ? "–" : rate > 0 ? Durations.Show((long)Math.Ceiling(lag / rate)) : "unknown";
}
