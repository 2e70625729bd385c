using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class CoverageTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly string folder = Directory.CreateTempSubdirectory("eip-coverage-").FullName;
    private readonly IHistory history = Shop.Steady(perSecond: 1, seconds: 100);

    private CoverageFile Coverage => new(folder, "recording", time);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_replay_that_sought_forward_names_what_it_left_out_until_a_window_has_filled_it()
    {
        var driver = Driver(new ReplayPlan { Mode = ReplayMode.Replay });
        var run = driver.RunAsync();
        await time.RunAsync(run, time.GetUtcNow().AddSeconds(10.5));
        driver.SeekTo(Shop.Opening + 90);
        await driver.AppliedAsync();
        await time.RunAsync(run);

        (await run).Missing.ShouldBe([Range(11, 89)]);
        Coverage.Missing.ShouldBe([Range(11, 89)]);
        (await RunAsync(Window(11, 50))).Missing.ShouldBe([Range(51, 89)]);
        (await RunAsync(Window(40, 89))).Missing.ShouldBeEmpty();
        Coverage.Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replay_that_begins_behind_the_beginning_says_so()
    {
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, To = Shop.Opening + 20 })).Missing.ShouldBeEmpty();
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Replay, From = Shop.Opening + 60 })).Missing.ShouldBe([Range(21, 59)]);
    }

    [Fact]
    public async Task A_replay_that_goes_on_where_the_log_stands_leaves_nothing_out()
    {
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Replay }, standing: Shop.Opening + 60)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_known_to_be_missing_stays_so_when_a_replay_goes_on_where_the_log_stands()
    {
        await RunAsync(Window(50, 60));
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Replay }, standing: Shop.Opening + 60)).Missing.ShouldBe([Range(0, 49)]);
    }

    [Fact]
    public async Task What_was_dropped_is_missing_and_what_was_sent_again_is_not()
    {
        var faults = new FaultPlan { Drop = 0.5, Seed = 3 };
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, Faults = faults with { ThenResend = true, Shuffle = TimeSpan.FromSeconds(30) } })).Missing.ShouldBeEmpty();
        File.Delete(Directory.GetFiles(folder, "coverage-*").Single());
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, Faults = faults })).Missing.ShouldBe([Range(0, 99)]);
    }

    [Fact]
    public async Task A_replay_of_some_orders_only_claims_nothing()
    {
        var some = new ReplayFilter { Types = new HashSet<EventType> { EventType.Delivered } };
        (await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, Filter = some })).Missing.ShouldBeEmpty();
        (await RunAsync(Window(50, 60) with { Filter = some })).Missing.ShouldBeEmpty();
        (await RunAsync(Window(50, 60))).Missing.ShouldBe([Range(0, 49)]);
    }

    [Fact]
    public async Task A_replay_that_was_stopped_and_goes_on_has_left_nothing_out()
    {
        var journal = new ReplayJournal(folder);
        var plan = new ReplayPlan { Mode = ReplayMode.Replay, From = Shop.Opening };
        using (var stop = new CancellationTokenSource())
        {
            var first = new ReplayDriver(plan, history, new RecordingSink(time), journal, time, Coverage);
            var run = first.RunAsync(stop.Token);
            await time.RunAsync(run, time.GetUtcNow().AddSeconds(40.5));
            await stop.CancelAsync();
            (await run).Missing.ShouldBeEmpty();
        }

        var next = new ReplayDriver(plan, history, new RecordingSink(time), journal, time, Coverage).RunAsync();
        await time.RunAsync(next);
        (await next).Missing.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_missing_is_what_no_range_holds(int seed)
    {
        var random = new Random(seed);
        var covered = ReplayCoverage.None;
        bool[] emitted = new bool[100];
        int reached = -1;
        for (int i = 0; i < 200; i++)
        {
            int from = random.Next(100), to = Math.Min(99, from + random.Next(12));
            covered = random.Next(3) == 0 ? covered.Reach(Shop.Opening + from) : covered.Add(Shop.Opening + from, Shop.Opening + to);
            reached = Math.Max(reached, covered.Reached!.Value.UnixSeconds - Shop.Opening.UnixSeconds is var at ? (int)at : 0);
            for (int second = from; second <= to && covered.Ranges.Any(range => range.From <= Shop.Opening + from && range.To >= Shop.Opening + to); second++)
                emitted[second] = true;
            var missing = covered.Missing(history);
            for (int second = 0; second <= reached; second++)
                missing.Any(range => range.From <= Shop.Opening + second && range.To >= Shop.Opening + second).ShouldBe(!emitted[second], $"seed {seed}, step {i}, second {second}");
            missing.Sum(static range => range.Events).ShouldBe(emitted.Take(reached + 1).Count(static known => !known), $"seed {seed}, step {i}");
        }
    }

    private static MissingRange Range(int from, int to) => new(Shop.Opening + from, Shop.Opening + to, to - from + 1);

    private static ReplayPlan Window(int from, int to) => new() { Mode = ReplayMode.Window, From = Shop.Opening + from, To = Shop.Opening + to };

    private ReplayDriver Driver(ReplayPlan plan, EventTime? standing = null) =>
        new(plan, history, new RecordingSink(time) { Watermark = standing }, null, time, Coverage);

    private async Task<ReplaySummary> RunAsync(ReplayPlan plan, EventTime? standing = null)
    {
        var run = Driver(plan, standing).RunAsync();
        await time.RunAsync(run);
        return await run;
    }
}
