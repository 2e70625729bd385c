using System.CommandLine;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip lanes</c>: the lanes side by side.</summary>
internal static class LanesCommand
{
    private static readonly Option<bool> Worst = new("--worst") { Description = "Lowest on-time rate first; by default most deliveries first." };
    private static readonly Option<EventTime?> Since = CommonOptions.Moment("--since", "Only days from this one on");
    private static readonly Option<int> MinSamples = new("--min-samples")
    {
        Description = "Only lanes with at least this many deliveries; with --worst, promises due.", HelpName = "N", DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> Top = new("--top") { Description = "The most lanes to show; 0 shows all.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        MinSamples.AtLeast(0);
        Top.AtLeast(0);
        return new Command("lanes", "Compares lanes: deliveries, lead times, promises kept.") { Worst, Since, MinSamples, Top }
            .WithExamples("eip lanes", "eip lanes --worst --min-samples 50", "eip lanes --since 2018-06-01 --top 0")
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        var window = LanesView.UpTo((await pipeline.GetAsync(cancellationToken)).Watermark);
        if (parsed.GetValue(Since) is { } since)
            window = window with { From = since.Date };
        int minSamples = parsed.GetValue(MinSamples);
        bool worst = parsed.GetValue(Worst);
        var lanes = (await pipeline.ListAsync(window, cancellationToken))
            .Where(lane => (worst ? lane.Kpis.PromisedCount : lane.Kpis.SampleCount) >= minSamples);
        var sorted = worst
            ? LanesView.WorstFirst(lanes)
            : lanes.OrderByDescending(static lane => lane.Kpis.SampleCount).ThenBy(static lane => lane.Lane);
        List<LaneFigures> all = [.. sorted];
        int top = parsed.GetValue(Top) is var asked && asked == 0 ? all.Count : asked;
        LanesView.Write(Output.Console, [.. all.Take(top)], await pipeline.NetworkAsync(window, cancellationToken));
        if (all.Count > top)
            await Console.Error.WriteLineAsync($"{all.Count - top} more lanes; --top 0 shows all.");
        return ExitCodes.Success;
    }
}
