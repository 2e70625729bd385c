using System.Diagnostics;
using Eip.Pipeline;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Tests.Replay;

public sealed class KillTests : IDisposable
{
    private const string HomeVariable = "EIP_TEST_REPLAY_HOME";
    private static readonly string? GivenHome = Environment.GetEnvironmentVariable(HomeVariable);
    private readonly Home home = new(GivenHome ?? Directory.CreateTempSubdirectory("eip-kill-").FullName);

    private static MemoryHistory History => Shop.Of(400);

    // Slow enough for every kill to find it at work.
    private static ReplayPlan Plan => new() { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 86_400 * 2 };

    private static ReplayPlan Troubled => Plan with
    {
        Faults = new FaultPlan { Duplicates = 0.1, Shuffle = TimeSpan.FromHours(12), Drop = 0.05, ThenResend = true, Corrupt = 0.05, Seed = 3 },
    };

    public void Dispose()
    {
        if (GivenHome is null)
            Directory.Delete(home.Path, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replay_that_is_killed_ten_times_ends_in_the_same_digest_and_repeats_nothing(bool troubled)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int kill = 0; kill < 10; kill++)
        {
            using var child = Start(troubled);
            for (int lines = random.Next(1, 40); lines > 0 && await child.StandardOutput.ReadLineAsync() is { } line;)
                lines -= line.StartsWith("at ", StringComparison.Ordinal) ? 1 : 0;
            child.Kill();
            await child.WaitForExitAsync();
        }

        // A checkpoint does not depend on the speed: the rest may go faster.
        await ReplayAsync(home, (troubled ? Troubled : Plan) with { Speed = 86_400 * 1000 });

        using var log = EventLog.OpenForReading(home.Log);
        var emitted = Enumerable.Range(0, log.PartitionCount).SelectMany(partition => new EventLogTail(log).ReadFrom(partition, 0)).ToArray();
        Shop.DigestOf(emitted).ShouldBe(Shop.DigestOf(History.Events()), $"seed {seed}");
        var expected = (troubled ? Troubled : Plan).Emissions(History, null).Where(emission => !emission.IsMalformed).CountBy(emission => emission.Event).ToDictionary();
        foreach (var (@event, count) in emitted.CountBy(@event => @event))
            count.ShouldBe(expected[@event], $"seed {seed}");
        File.ReadLines(Path.Combine(home.Replay, ReplayJournal.FileName)).Count(line => line.Contains("\"kind\":\"start\"")).ShouldBe(11);
    }

    [Fact(Explicit = true)]
    public Task Child() => ReplayAsync(home, Environment.GetEnvironmentVariable(HomeVariable + "_TROUBLED") == "1" ? Troubled : Plan);

    private static async Task ReplayAsync(Home home, ReplayPlan plan)
    {
        await using var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions { Partitions = 2 });
        using var deadLetters = new FileDeadLetters(home.DeadLetters, pipeline);
        await using var sink = new LogSink(pipeline, new EventLogTail(pipeline.Log!), deadLetters, TopicLayout.One, TimeProvider.System);
        var driver = new ReplayDriver(plan, History, sink, new ReplayJournal(home.Replay), TimeProvider.System);
        var run = driver.RunAsync();
        while (await Task.WhenAny(run, Task.Delay(1)) != run)
            await Console.Out.WriteLineAsync($"at {driver.Progress.Position}");
        var summary = await run;
        summary.Outcome.ShouldBe(ReplayOutcome.Completed);
    }

    private Process Start(bool troubled)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in new[] { "exec", Path.Combine(AppContext.BaseDirectory, "Eip.Simulator.Tests.dll"), "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{nameof(Child)}", "-noColor" })
            start.ArgumentList.Add(argument);
        start.Environment[HomeVariable] = home.Path;
        start.Environment[HomeVariable + "_TROUBLED"] = troubled ? "1" : "0";
        return Process.Start(start)!;
    }
}
