using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Domain;
using Eip.Pipeline.Engine;

namespace Eip.Cli.Commands;

/// <summary><c>eip export</c>: a whole projection as rows, in the contract's order and forms.</summary>
internal static class ExportCommand
{
    private static readonly Option<string?> Format = Output.Format();
    private static readonly Option<string?> Out = Output.File();

    public static Command Create() => new("export", "Writes a whole projection as CSV or JSON lines, in the contract's columns, forms and order.")
    {
        Projection("events", "Every distinct event, in emission order.", WriteEvents),
        Projection("cards", "Every case card, by order id.", WriteCards),
        Projection("timeline", "Every order's timeline, by order id.", WriteTimelines),
        Projection("route-stats", "route_stats_daily, by date and lane.", WriteRouteStats),
    };

    private static Command Projection(string name, string description, Action<EmbeddedPipeline, RowFile, bool, CancellationToken> write) =>
        new Command(name, description) { Format, Out }
            .WithExamples($"eip export {name} --out {name}.csv", $"eip export {name} --format jsonl | head")
            .Runs(async (parsed, cancellationToken) =>
            {
                await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
                using var output = Output.Open(parsed.GetValue(Out));
                write(pipeline, output, parsed.GetValue(Format) == "jsonl", cancellationToken);
                output.Complete();
                return ExitCodes.Success;
            });

    private static void WriteEvents(EmbeddedPipeline pipeline, RowFile output, bool asJson, CancellationToken cancellationToken) =>
        WriteEvents(pipeline.EnumerateEvents(), output, asJson, cancellationToken);

    private static void WriteTimelines(EmbeddedPipeline pipeline, RowFile output, bool asJson, CancellationToken cancellationToken) =>
        WriteEvents(pipeline.EnumerateCases().SelectMany(static snapshot => snapshot.Timeline), output, asJson, cancellationToken);

    private static void WriteEvents(IEnumerable<FulfillmentEvent> events, RowFile output, bool asJson, CancellationToken cancellationToken) =>
        WriteRows(events, output, asJson ? null : CanonicalCsv.EventHeader, asJson ? static (rows, @event) => Output.WriteJsonLine(rows.Rows, @event)
            : static (rows, @event) => CanonicalCsv.Write(rows.Rows, @event), cancellationToken);

    private static void WriteCards(EmbeddedPipeline pipeline, RowFile output, bool asJson, CancellationToken cancellationToken) =>
        WriteRows(pipeline.EnumerateCases().Select(static snapshot => snapshot.Card), output, asJson ? null : CanonicalCsv.CardHeader, asJson
            ? static (rows, card) => Output.WriteJsonLine(rows.Rows, writer => ProjectionJson.WriteFields(writer, card))
            : static (rows, card) => CanonicalCsv.Write(rows.Rows, card), cancellationToken);

    private static void WriteRouteStats(EmbeddedPipeline pipeline, RowFile output, bool asJson, CancellationToken cancellationToken) =>
        WriteRows(pipeline.RouteStats(), output, asJson ? null : CanonicalCsv.RouteStatsHeader, asJson
            ? static (rows, stats) => Output.WriteJsonLine(rows.Rows, writer => ProjectionJson.WriteFields(writer, stats))
            : static (rows, stats) => CanonicalCsv.Write(rows.Rows, stats), cancellationToken);

    private static void WriteRows<T>(
        IEnumerable<T> items, RowFile output, string? header, Action<RowFile, T> write, CancellationToken cancellationToken)
    {
        if (header is not null)
            CanonicalCsv.WriteHeader(output.Rows, header);
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            write(output, item);
            output.FlushFull();
        }
    }
}
