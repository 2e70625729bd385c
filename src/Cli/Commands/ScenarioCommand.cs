using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Replays;
using Eip.Simulator.Replay;
using Eip.Simulator.Scenarios;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Commands;

/// <summary><c>eip scenario</c>: carries out the steps of a scenario file.</summary>
internal static class ScenarioCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The scenario, YAML or JSON; deploy/scenarios has three, and their form." };
    private static readonly Option<string?> Data = CommonOptions.Data(required: true);

    public static Command Create() => new Command("scenario", "Carries out a scenario: backfill, replay, incident, repair, check.") { File, Data }
        .WithExamples(
            "eip scenario deploy/scenarios/drop-and-repair.yaml --data olist --home .scenario",
            "eip scenario deploy/scenarios/bad-network.yaml --data olist --home .scenario")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var scenario = ScenarioReader.Read(parsed.GetRequiredValue(File));
        var home = OpenedHome.Of(parsed);
        using var progress = new ProgressLine();
        using var history = ReplayRun.OpenHistory(parsed.GetValue(Data)!, home, progress, cancellationToken);
        await using var target = EmbeddedTarget.Open(home, deduplicate: false, TimeProvider.System);
        OpenedHome.Report(target.Pipeline);
        ReplayDriver? driving = null;
        using var ticker = new Timer(_ => ShowProgress(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        var runner = new ScenarioRunner(history, target, Directory.CreateDirectory(home.Replay).FullName, TimeProvider.System) { Driving = (_, driver) => driving = driver };
        bool passed = true;
        Console.WriteLine(scenario.Name);
        try
        {
            await foreach (var result in runner.RunAsync(scenario, cancellationToken))
            {
                passed &= result.Passed;
                Console.WriteLine($"{result.Step.Number,3}. {(result.Passed ? "ok    " : "FAILED")} {result.Step.Describe()}: {result.Outcome} ({result.Took.TotalSeconds:N2} s)");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.Done("Stopped at a clean point. A scenario begins again from its first step; known events change nothing.");
            return ExitCodes.Interrupted;
        }

        await target.Pipeline.PublishAsync(cancellationToken: CancellationToken.None);
        return passed ? ExitCodes.Success : ExitCodes.Different;

        void ShowProgress()
        {
            if (driving?.Progress is { State: Pipeline.Ports.ReplayState.Running } at)
                progress.Report(() => ReplayScreen.Line(at));
        }
    }
}
