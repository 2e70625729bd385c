using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Simulator.Synthetic;

namespace Eip.Cli.Commands;

/// <summary><c>eip demo</c>: the whole pipeline once, with something to look at in the end.</summary>
internal static class DemoCommand
{
    private const int DemoSeed = 1, LanesShown = 5, LeastSamples = 30;
    private static readonly Option<string?> Data = CommonOptions.Data(required: false);
    private static readonly Option<long> Orders =
        Values.Whole("--orders", "N", "How many orders to generate when there is no --data.", 1, SyntheticDataSet.MaxOrders, 20_000);

    public static Command Create() =>
        new Command("demo", "Generates a shop (or takes yours), restores its history, and shows what to look at.") { Data, Orders }
            .WithExamples("eip demo", "eip demo --data olist --home /tmp/olist")
            .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // What is generated must not end among what a user keeps.
        var home = parsed.GetValue(CommonOptions.Home) is null ? new Home(OpenedHome.Of(parsed).Path + "-demo") : OpenedHome.Of(parsed);
        string option = $"--home {CommandLineText.Quoted(Path.GetRelativePath(Environment.CurrentDirectory, home.Path))}";
        BackfillResult result;
        using (var progress = new ProgressLine())
        {
            string data = parsed.GetValue(Data) ?? Path.Combine(home.Path, "demo-data");
            if (parsed.GetValue(Data) is null)
                SyntheticDataSet.Generate(data, parsed.GetValue(Orders), DemoSeed, overwrite: true, cancellationToken: cancellationToken);
            result = await new BackfillRun(data, home, progress).RunAsync(cancellationToken);
            progress.Done(BackfillCommand.Summary(result));
        }

        await using var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions { ReadOnly = true });
        await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
        Console.WriteLine();
        Console.WriteLine($"The lanes to avoid, of those with at least {LeastSamples} promises due:");
        var window = LanesView.UpTo(result.Watermark);
        var lanes = (await pipeline.ListAsync(window, cancellationToken)).Where(static lane => lane.Kpis.PromisedCount >= LeastSamples);
        LanesView.Write(Terminal.Output, [.. LanesView.WorstFirst(lanes).Take(LanesShown)], await pipeline.NetworkAsync(window, cancellationToken));

        if (pipeline.EnumerateCases().FirstOrDefault(static snapshot => snapshot.Card is { IsLate: true, CurrentStatus: CaseStatus.Delivered }) is { } late)
        {
            Console.WriteLine();
            Console.WriteLine("An order that came late:");
            CardView.Write(Terminal.Output, late, result.Watermark, outlook: null);
            Console.WriteLine($"Look further:  {CommandLineText.Of($"card {late.Card.OrderId} {option}")}");
        }

        foreach (string next in new[] { $"lanes --worst --min-samples 50 {option}", $"export cards {option} | head", $"digest {option}" })
            Console.WriteLine($"               {CommandLineText.Of(next)}");
        Console.WriteLine($"               {CommandLineText.Of($"rebuild {option}")}, then the digest again: the same line");
        return result.Rejects > 0 ? ExitCodes.Rejected : ExitCodes.Success;
    }
}
