using System.CommandLine;
using System.Text.Json;
using Eip.Cli.CommandLine;
using Eip.Cli.Flow;
using Eip.Cli.Remote;
using Eip.Cli.Replays;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;
using Spectre.Console;

namespace Eip.Cli.Commands;

/// <summary><c>eip status</c>: how far the pipeline has come.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Go on, once a second, until Ctrl-C." };
    private static readonly Option<Uri?> Target = CommonOptions.Target();

    public static Command Create() => new Command("status", "Shows offsets, lag, rates, the watermark and dead letters of the pipeline.") { Watch, Target }
        .WithExamples("eip status", "eip status --watch", "eip status --watch --target http://localhost:5080")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = OpsApi.Of(parsed, Target);
        var rates = new FoldingRates();
        var status = await ReadAsync(parsed, api, cancellationToken);
        if (!parsed.GetValue(Watch))
        {
            Terminal.Output.Write(StatusView.Render(status.Pipeline));
            if (status.Pipeline.AheadAt is { } ahead)
                Console.WriteLine(EventHorizon.Hint(ahead));
            if (api is null && DataSetsText.Note(OpenedHome.Of(parsed)) is { } note)
                Console.WriteLine(note);
            foreach (string line in MissingText.Lines(status.Missing, data: null, api?.Root))
                Console.WriteLine(line);
            return ExitCodes.Success;
        }

        if (Console.IsOutputRedirected)
        {
            await foreach (var next in EachAsync())
                Terminal.Output.Write(StatusView.Render(next));
        }
        else
        {
            await Terminal.Output.Live(new Text("")).StartAsync(async live =>
            {
                await foreach (var next in EachAsync())
                    live.UpdateTarget(StatusView.Render(next));
            });
        }

        return ExitCodes.Success;

        async IAsyncEnumerable<PipelineStatus> EachAsync()
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                yield return rates.Complete(status.Pipeline);
                await Task.WhenAny(Task.Delay(Interval, cancellationToken));
                if (!cancellationToken.IsCancellationRequested)
                    status = await ReadAsync(parsed, api, cancellationToken);
            }
        }
    }

    private static async Task<Found> ReadAsync(ParseResult parsed, OpsApi? api, CancellationToken cancellationToken)
    {
        var home = OpenedHome.Of(parsed);
        var journal = new ReplayJournal(home.Replay);
        if (api is not null)
        {
            var document = (await api.GetAsync("pipeline", cancellationToken)).Deserialize(StatusJson.Default.StatusDocument)!;
            // What was replayed into it from here is known here.
            var known = document.ToMissing();
            return new Found(document.ToStatus(), known.Count > 0 ? known : journal.Coverage(api.Root).Missing);
        }

        var now = TimeProvider.System.GetUtcNow();
        var missing = journal.Coverage(LogSink.LogName).Missing;
        if (new LiveStatusFile(home).Read(now) is { } live)
            return new Found(live, missing);
        using var log = OpenedHome.LogForReading(parsed);
        using var letters = new FileDeadLetters(home.DeadLetters);
        return new Found(PublishedStatus.Read(home, log, await letters.CountAsync(cancellationToken), TimeProvider.System), missing);
    }

    private sealed record Found(PipelineStatus Pipeline, IReadOnlyList<MissingRange> Missing);

    /// <summary>Works rates out from one look to the next where the source has none.</summary>
    private sealed class FoldingRates
    {
        private PipelineStatus? before;

        public PipelineStatus Complete(PipelineStatus now)
        {
            var earlier = before;
            before = now;
            double seconds = earlier is null ? 0 : (now.AsOf - earlier.AsOf).TotalSeconds;
            if (seconds <= 0 || earlier!.Partitions.Count != now.Partitions.Count || now.Partitions.Any(static partition => partition.EventsPerSecond > 0))
                return now;
            return now with
            {
                Partitions = [.. now.Partitions.Select((partition, i) =>
                    partition with { EventsPerSecond = Math.Max(0, (partition.ProjectedOffset - earlier.Partitions[i].ProjectedOffset) / seconds) })],
            };
        }
    }
}
