using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Remote;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip lanes</c>: the lanes side by side.</summary>
internal static class LanesCommand
{
    private static readonly Option<bool> Worst = new("--worst") { Description = "Lowest on-time rate first; by default most deliveries first." };
    private static readonly Option<EventTime?> Since = CommonOptions.Moment("--since", "Only days from this one on");
    private static readonly Option<long> MinSamples =
        Values.Whole("--min-samples", "N", "Only lanes with at least this many deliveries; with --worst, promises due.", 0, CommonOptions.Unbounded, 1);
    private static readonly Option<long> Top = Values.Whole("--top", "N", "The most lanes to show; 0 shows all.", 0, CommonOptions.Unbounded, 20);
    private static readonly Option<Uri?> Target = CommonOptions.Target();

    public static Command Create() => new Command("lanes", "Compares lanes: deliveries, lead times, promises kept.") { Worst, Since, MinSamples, Top, Target }
        .WithExamples("eip lanes", "eip lanes --worst --min-samples 50", "eip lanes --since 2018-06-01 --top 0", "eip lanes --worst --target http://localhost:5080")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = OpsApi.Of(parsed, Target);
        if (api is not null)
        {
            Show(parsed, await RemoteLanes.ListAsync(api, parsed.GetValue(Since), cancellationToken), null);
            return ExitCodes.Success;
        }

        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        var window = LanesView.UpTo((await pipeline.GetAsync(cancellationToken)).Watermark);
        if (parsed.GetValue(Since) is { } since)
            window = window with { From = since.Date };
        Show(parsed, await pipeline.ListAsync(window, cancellationToken), await pipeline.NetworkAsync(window, cancellationToken));
        return ExitCodes.Success;
    }

    private static void Show(ParseResult parsed, IReadOnlyList<LaneFigures> figures, LaneKpis? network)
    {
        long minSamples = parsed.GetValue(MinSamples);
        bool worst = parsed.GetValue(Worst);
        var lanes = figures.Where(lane => (worst ? lane.Kpis.PromisedCount : lane.Kpis.SampleCount) >= minSamples);
        var sorted = worst
            ? LanesView.WorstFirst(lanes)
            : lanes.OrderByDescending(static lane => lane.Kpis.SampleCount).ThenBy(static lane => lane.Lane);
        List<LaneFigures> all = [.. sorted];
        int top = parsed.GetValue(Top) is var asked && asked == 0 ? all.Count : (int)asked;
        LanesView.Write(Terminal.Output, [.. all.Take(top)], network);
        if (all.Count > top)
            Console.Error.WriteLine($"{all.Count - top} more lanes; --top 0 shows all.");
    }
}
