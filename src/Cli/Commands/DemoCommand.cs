using System.CommandLine;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Simulator.Synthetic;

namespace Eip.Cli.Commands;

/// <summary><c>eip demo</c>: the whole pipeline once, with something to look at in the end.</summary>
internal static class DemoCommand
{
    private const int DemoSeed = 1, LanesShown = 5, LeastSamples = 30;
    private static readonly Option<string> Data = CommonOptions.Data(required: false);
    private static readonly Option<long> Orders = new("--orders")
    {
        Description = "How many orders to generate when there is no --data.", HelpName = "N", DefaultValueFactory = _ => 20_000,
    };

    public static Command Create()
    {
        Orders.AtLeast(1);
        return new Command("demo", "Generates a shop (or takes yours), restores its history, and shows what to look at.") { Data, Orders }
            .WithExamples("eip demo", "eip demo --data olist --home /tmp/olist")
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = OpenedHome.Of(parsed);
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
        LanesView.Write(Output.Console, [.. LanesView.WorstFirst(lanes).Take(LanesShown)], await pipeline.NetworkAsync(window, cancellationToken));

        if (pipeline.EnumerateCases().FirstOrDefault(static snapshot => snapshot.Card is { IsLate: true, CurrentStatus: CaseStatus.Delivered }) is { } late)
        {
            Console.WriteLine();
            Console.WriteLine("An order that came late:");
            CardView.Write(Output.Console, late, result.Watermark);
            Console.WriteLine($"Look further:  eip card {late.Card.OrderId}");
        }

        Console.WriteLine("               eip lanes --worst --min-samples 50");
        Console.WriteLine("               eip export cards | head");
        Console.WriteLine("               eip digest, then eip rebuild, then eip digest again: the same line");
        return result.Rejects > 0 ? ExitCodes.Rejected : ExitCodes.Success;
    }
}
