using System.CommandLine;
using System.Diagnostics;
using Eip.Cli.CommandLine;
using Eip.Pipeline.Engine;

namespace Eip.Cli.Commands;

/// <summary><c>eip rebuild</c>: throws the projections away and replays the log.</summary>
internal static class RebuildCommand
{
    private static readonly Option<string?> Postgres = CommonOptions.Postgres();

    public static Command Create() => new Command("rebuild", "Throws every projection away and replays the log.") { Postgres }
        .WithExamples("eip rebuild")
        .WithHelp("The stores of the cluster, and its search indices:", CommandLineText.Of("rebuild --cluster"), CommandLineText.Of("rebuild --search"))
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = OpenedHome.Of(parsed);
        OpenedHome.ThrowIfEmpty(home);
        using var progress = new ProgressLine();
        await using var store = await RouteStatsTarget.OpenAsync(parsed.GetValue(Postgres), cancellationToken);
        await using var pipeline = OpenedHome.Report(EmbeddedPipeline.Open(home, new PipelineOptions { IgnoreSnapshots = true }));
        var watch = Stopwatch.StartNew();
        await pipeline.RebuildAsync(
            new Reporter<CatchUpProgress>(folded => progress.Report(() => $"folding: {folded.Projected:N0} of {folded.Target:N0} events")), cancellationToken);
        var folded = watch.Elapsed;
        await pipeline.PublishAsync(store, cancellationToken);
        long events = (await pipeline.GetAsync(cancellationToken)).Partitions.Sum(static partition => partition.ProjectedOffset);
        progress.Done($"{events:N0} events folded in {folded.TotalSeconds:N2} s ({events / folded.TotalSeconds:N0} events/s), published in {(watch.Elapsed - folded).TotalSeconds:N2} s");
        return ExitCodes.Success;
    }
}
