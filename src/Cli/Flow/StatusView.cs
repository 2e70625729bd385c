using Eip.Cli.Views;
using Eip.Pipeline.Ports;
using Spectre.Console;

namespace Eip.Cli.Flow;

/// <summary>The state of a pipeline as a table: each partition, and all of them.</summary>
internal static class StatusView
{
    public static Table Render(PipelineStatus status)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string name in new[] { "part", "end offset", "projected", "lag", "lag time", "events/s", "clear in" })
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(0, 0, 1, 0));
        table.AddColumn(new TableColumn("folded up to").NoWrap().Padding(0, 0, 0, 0));
        foreach (var partition in status.Partitions)
        {
            table.AddRow(
                partition.Partition.ToString(),
                partition.EndOffset.ToString("N0"),
                partition.ProjectedOffset.ToString("N0"),
                Mark(partition.LagEvents),
                Durations.Show(partition.LagSeconds),
                partition.EventsPerSecond.ToString("N0"),
                ClearIn(partition.LagEvents, partition.EventsPerSecond),
                partition.Watermark?.ToString() ?? "–");
        }

        table.AddEmptyRow();
        double rate = status.Partitions.Sum(static partition => partition.EventsPerSecond);
        table.AddRow(
            "all",
            status.Partitions.Sum(static partition => partition.EndOffset).ToString("N0"),
            status.Partitions.Sum(static partition => partition.ProjectedOffset).ToString("N0"),
            Mark(status.LagEvents),
            Durations.Show(status.Partitions.Select(static partition => partition.LagSeconds).DefaultIfEmpty().Max()),
            rate.ToString("N0"),
            ClearIn(status.LagEvents, rate),
            status.Watermark?.ToString() ?? "–");
        table.Caption($"watermark {status.Watermark?.ToString() ?? "none"} · {status.OrderCount:N0} orders · {status.DeadLetters:N0} dead letters", new Style(Color.Grey));
        return table;
    }

    private static string Mark(long lag) => lag == 0 ? "0" : $"[yellow]{lag:N0}[/]";

    // At the present rate, were nothing to come any more.
    private static string ClearIn(long lag, double rate) => lag == 0 ? "–" : rate > 0 ? Durations.Show((long)Math.Ceiling(lag / rate)) : "unknown";
}
