using System.Diagnostics;
using System.Runtime.CompilerServices;
using Eip.Pipeline.Engine;

namespace Eip.Pipeline.Tests.Engine;

public sealed class KilledPublisherTests
{
    private const string ChildVariable = "EIP_TEST_PUBLISH_UNTIL_KILLED";
    private const int Orders = 4_000;

    [Fact]
    public async Task A_backfill_killed_again_and_again_while_it_publishes_ends_in_the_digest_of_an_undisturbed_one()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        using var home = new TestHome();
        for (int round = 0; round < 6; round++)
        {
            await RunUntilKilledAsync(home.Home, random.Next(1, 12));
            await using var reader = EmbeddedPipeline.Open(home.Home, new PipelineOptions { ReadOnly = true });
            reader.Snapshots.ShouldAllBe(report => report.RefusedBecause == null || report.RefusedBecause == "there is none", $"seed {seed}, round {round}");
        }

        var events = Logs.Plain(Orders);
        await using var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions());
        await pipeline.AppendAsync(events, TestContext.Current.CancellationToken);
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        await pipeline.PublishAsync(null, TestContext.Current.CancellationToken);
        pipeline.Digest(TestContext.Current.CancellationToken).ShouldBe(Logs.Expected(events), $"seed {seed}");
        File.ReadLines(home.Home.RouteStatsFile).Count().ShouldBe(pipeline.RouteStats().Count + 1);
        Directory.GetFiles(home.Home.Path, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty("what a killed process left over is written over");
    }

    // Kills the child at the beginning of a publish; it is somewhere within by then.
    private static async Task RunUntilKilledAsync(Home home, int publishes)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Eip.Pipeline.Tests")) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[ChildVariable] = home.Path;
        using var child = Process.Start(start)!;
        while (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not null)
        {
            if (--publishes == 0)
                child.Kill();
        }

        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        child.ExitCode.ShouldNotBe(0);
    }

    /// <summary>Makes this very program the child when it is started as one.</summary>
    [ModuleInitializer]
    internal static void BeTheChildIfAsked()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { } path)
            return;
        var events = Logs.Plain(Orders);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        using var pipeline = EmbeddedPipeline.Open(new Home(path), new PipelineOptions());
        pipeline.Start();
        for (int next = 0; ; next = (next + 700) % events.Length)
        {
            pipeline.Append(events.AsSpan(next, Math.Min(700, events.Length - next)));
            output.WriteLine("publishing");
            pipeline.PublishAsync().GetAwaiter().GetResult();
        }
    }
}
