using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline.Log;

namespace Eip.Cli.Commands;

/// <summary><c>eip tail</c>: a minimal consumer of the log.</summary>
internal static class TailCommand
{
    private const int MostLines = 1_000_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on with events as they come, until Ctrl-C." };
    private static readonly Option<EventType[]> Types = CommonOptions.Types("Only events of this type.");
    private static readonly Option<long> Lines = Values.Whole("--lines", "N", "Events of the present end to print first.", 0, MostLines, 10);
    private static readonly Option<bool> Json = new("--json") { Description = "Print events as JSON lines of the contract, and no counts." };

    public static Command Create()
    {
        Lines.Aliases.Add("-n");
        return new Command("tail", "Prints the latest events of the log, counts by type, and how they spread over partitions.") { Follow, Types, Lines, Json }
            .WithExamples("eip tail", "eip tail --follow --type DELIVERY_DELAYED", "eip tail -n 100 --json | jq -r .orderId")
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var types = parsed.GetValue(Types)?.ToHashSet() ?? [];
        using var log = OpenedHome.LogForReading(parsed);
        using var tail = new LogTailReader(log, types, parsed.GetValue(Json));
        tail.PrintLast((int)parsed.GetValue(Lines));
        while (parsed.GetValue(Follow) && !cancellationToken.IsCancellationRequested)
        {
            if (!tail.PrintNew())
                await Task.WhenAny(Task.Delay(PollInterval, cancellationToken));
        }

        if (!parsed.GetValue(Json))
            Terminal.Output.Write(tail.Counts());
        return ExitCodes.Success;
    }

    /// <summary>Prints events of all partitions, and counts them.</summary>
    private sealed class LogTailReader : IDisposable
    {
        private readonly EventLog log;
        private readonly HashSet<EventType> types;
        private readonly bool json;
        private readonly EventLogReader[] readers;
        private readonly FulfillmentEvent[] buffer = new FulfillmentEvent[1024];
        private readonly long[,] counts;

        public LogTailReader(EventLog log, HashSet<EventType> types, bool json)
        {
            (this.log, this.types, this.json) = (log, types, json);
            counts = new long[EventTypes.All.Count + 1, log.PartitionCount];
            readers = [.. Enumerable.Range(0, log.PartitionCount).Select(partition => log.Read(partition, 0))];
        }

        // From the beginning, so that the counts are those of the whole log; of each partition only the last events are kept.
        public void PrintLast(int lines)
        {
            var last = new List<(FulfillmentEvent Event, int Partition, long Offset)>();
            for (int partition = 0; partition < readers.Length; partition++)
            {
                var kept = new Queue<(FulfillmentEvent, int, long)>(lines + 1);
                Read(partition, (@event, offset) =>
                {
                    kept.Enqueue((@event, partition, offset));
                    if (kept.Count > lines)
                        kept.Dequeue();
                });
                last.AddRange(kept);
            }

            last.Sort(static (left, right) => FulfillmentEvent.CompareEmission(left.Event, right.Event));
            foreach (var (@event, partition, offset) in last.TakeLast(lines))
                Print(@event, partition, offset);
        }

        public bool PrintNew()
        {
            bool any = false;
            for (int partition = 0; partition < readers.Length; partition++)
            {
                Read(partition, (@event, offset) =>
                {
                    Print(@event, partition, offset);
                    any = true;
                });
            }

            return any;
        }

        public TextTable Counts()
        {
            var table = new TextTable(
                [new("type", Right: false), .. Enumerable.Range(0, log.PartitionCount).Select(static partition => new TextColumn($"partition {partition}", 1 + partition)), new("events")]);
            foreach (var type in EventTypes.All)
                AddRow(type.Name(), partition => counts[(int)type, partition]);
            table.Gap();
            AddRow("all", partition => EventTypes.All.Sum(type => counts[(int)type, partition]));
            return table;

            void AddRow(string name, Func<int, long> count)
            {
                long[] row = [.. Enumerable.Range(0, log.PartitionCount).Select(count)];
                table.Row([name, .. row.Select(static number => (TextCell)number.ToString("N0")), row.Sum().ToString("N0")]);
            }
        }

        public void Dispose()
        {
            foreach (var reader in readers)
                reader.Dispose();
        }

        private void Read(int partition, Action<FulfillmentEvent, long> take)
        {
            var reader = readers[partition];
            for (int count; (count = reader.Read(buffer)) > 0;)
            {
                long first = reader.Offset - count;
                for (int i = 0; i < count; i++)
                {
                    var @event = buffer[i];
                    if (types.Count > 0 && !types.Contains(@event.Type))
                        continue;
                    counts[(int)@event.Type, partition]++;
                    take(@event, first + i);
                }
            }
        }

        private void Print(in FulfillmentEvent @event, int partition, long offset) => Console.WriteLine(json
            ? EventJson.ToJson(@event)
            : $"{@event.EventAt}  {@event.Type.Name(),-18}  {@event.OrderId}  {@event.SellerRegion,2} → {@event.CustomerRegion,-2}  {partition}:{offset}");
    }
}
