using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Views;
using Eip.Domain;

namespace Eip.Cli.Commands;

/// <summary><c>eip log</c>: looks into the event log itself.</summary>
internal static class LogCommand
{
    private static readonly Option<OrderId?> Order = CommonOptions.Order("Only events of this order.");
    private static readonly Option<EventTime?> From = CommonOptions.Moment("--from", "Only events at or after this moment");
    private static readonly Option<EventTime?> To = CommonOptions.Moment("--to", "Only events at or before this moment", endOfDay: true);

    public static Command Create() => new("log", "Looks into the event log itself.")
    {
        new Command("stats", "Events, offsets, size and time span of each partition.").WithExamples("eip log stats").Runs(Stats),
        new Command("cat", "Events as JSON lines of the contract, partition by partition, in the order of their offsets.")
        {
            Order, From, To,
        }.WithExamples(
            "eip log cat --order 2e7a8482f6fb09756ca50c10d7bfc047",
            "eip log cat --from 2018-03-01 --to 2018-03-02 | jq -r .eventType | sort | uniq -c").Runs(Cat),
        LogRepairCommand.Create(),
    };

    private static int Stats(ParseResult parsed)
    {
        using var log = OpenedHome.LogForReading(parsed);
        var stats = log.Stats();
        var table = new TextTable(
            new("partition"), new("events"), new("first offset", 5), new("end offset", 3), new("bytes", 4), new("segments", 6), new("first event", 2, Right: false), new("last event", 1, Right: false));
        foreach (var partition in stats.Partitions)
        {
            table.Row(
                partition.Partition.ToString(), partition.Events.ToString("N0"), partition.FirstOffset.ToString("N0"), partition.EndOffset.ToString("N0"),
                partition.Bytes.ToString("N0"), partition.Segments.ToString("N0"), partition.FirstEventAt?.ToString() ?? "", partition.LastEventAt?.ToString() ?? "");
        }

        table.Gap().Row(
            "all", stats.Events.ToString("N0"), "", "", stats.Bytes.ToString("N0"), stats.Segments.ToString("N0"),
            stats.FirstEventAt?.ToString() ?? "", stats.LastEventAt?.ToString() ?? "");
        Terminal.Output.Write(table);
        return ExitCodes.Success;
    }

    private static int Cat(ParseResult parsed, CancellationToken cancellationToken)
    {
        var order = parsed.GetValue(Order);
        var (from, to) = (parsed.GetValue(From), parsed.GetValue(To));
        OpenedHome.ThrowIfReversed(from, to);
        using var log = OpenedHome.LogForReading(parsed);
        using var output = Output.Open(null);
        var buffer = new FulfillmentEvent[1024];
        for (int partition = 0; partition < log.PartitionCount; partition++)
        {
            if (order is { } only && log.PartitionOf(only) != partition)
                continue;
            using var reader = log.Read(partition, from is { } start ? log.OffsetAt(partition, start) : 0);
            for (int count; (count = reader.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (ref readonly var @event in buffer.AsSpan(0, count))
                {
                    if ((order is { } wanted && @event.OrderId != wanted) || @event.EventAt < from || @event.EventAt > to)
                        continue;
                    Output.WriteJsonLine(output.Rows, @event);
                    output.FlushFull();
                }
            }
        }

        output.Complete();
        return ExitCodes.Success;
    }
}
