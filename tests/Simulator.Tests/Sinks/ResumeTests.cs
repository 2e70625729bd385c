using System.Text;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;
using Eip.Simulator.Tests.Replay;

namespace Eip.Simulator.Tests.Sinks;

public sealed class ResumeTests : IDisposable
{
    private static readonly MemoryHistory History = Shop.Of(6_000, secondsBetween: 600);
    private static readonly ReplayPlan Backfill = new() { Mode = ReplayMode.Backfill };

    private static readonly ReplayPlan Troubled = Backfill with
    {
        Faults = new FaultPlan { Duplicates = 0.2, Shuffle = TimeSpan.FromHours(6), Drop = 0.1, ThenResend = true, Corrupt = 0.05, Seed = 8 },
    };

    private readonly string folder = Directory.CreateTempSubdirectory("eip-resume-").FullName;

    private ReplayJournal Journal => new(Path.Combine(folder, "replay"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(TopicLayout.One)]
    [InlineData(TopicLayout.PerOwner)]
    public async Task Into_the_log_nothing_is_lost_or_repeated_even_when_it_dies_again_and_again_in_the_same_batch(TopicLayout layout)
    {
        var plan = Troubled with { Layout = layout };
        await using var target = EmbeddedTarget.Open(new Home(folder), deduplicate: false, TimeProvider.System);
        foreach (var (batch, taken) in new[] { (1, 0.4), (0, 0.5), (0, 0.0), (0, 1.0), (0, 1.0), (1, 1.0) })
        {
            await Should.ThrowAsync<ProcessDiedException>(() => RunAsync(plan, new DyingSink(target.Sink(layout), batch, taken)));
        }

        var summary = await RunAsync(plan, target.Sink(layout));

        summary.Resumed.ShouldBeTrue();
        var tail = new EventLogTail(target.Pipeline.Log!);
        var emitted = Enumerable.Range(0, target.Pipeline.PartitionCount).SelectMany(partition => tail.ReadFrom(partition, 0));
        var expected = plan.Emissions(History, null).ToArray();
        Sorted(emitted).ShouldBe(Sorted(expected.Where(emission => !emission.IsMalformed).Select(emission => emission.Event)));
        (await target.DeadLetters.CountAsync()).ShouldBe(expected.Count(emission => emission.IsMalformed));
    }

    [Theory]
    [InlineData(TopicLayout.One)]
    [InlineData(TopicLayout.PerOwner)]
    public async Task Into_files_every_line_stands_once_however_it_dies(TopicLayout layout)
    {
        var plan = Troubled with { Layout = layout };
        string path = Path.Combine(folder, "out");
        foreach (var (batch, taken) in new[] { (1, 0.4), (0, 1.0), (0, 1.0), (1, 0.9) })
        {
            await using var dying = new DyingSink(new JsonLinesSink(path, layout), batch, taken);
            await Should.ThrowAsync<ProcessDiedException>(() => RunAsync(plan, dying));
        }

        await using (var sink = new JsonLinesSink(path, layout))
            await RunAsync(plan, sink);

        string[] files = layout == TopicLayout.One ? [path] : Directory.GetFiles(path);
        files.Length.ShouldBe(layout == TopicLayout.One ? 1 : 3);
        files.SelectMany(File.ReadLines).Order(StringComparer.Ordinal).ShouldBe(
            plan.Emissions(History, null).Select(emission => emission.ToLine()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_topic_for_each_owner_holds_that_owner_s_events_only_in_emission_order()
    {
        await using (var sink = new JsonLinesSink(folder, TopicLayout.PerOwner))
            await RunAsync(Backfill with { Layout = TopicLayout.PerOwner }, sink);

        foreach (var owner in new[] { EventSource.Oms, EventSource.Wms, EventSource.Tms })
        {
            var events = File.ReadLines(Path.Combine(folder, owner.Name().ToLowerInvariant() + "-events.jsonl")).Select(line =>
            {
                EventJson.TryRead(Encoding.UTF8.GetBytes(line), out var @event, out _).ShouldBeTrue();
                return @event;
            });
            events.ShouldBe(History.Events().Where(@event => @event.Source == owner));
        }
    }

    [Fact]
    public async Task A_replay_that_was_stopped_goes_on_from_there_with_the_same_plan()
    {
        using var stop = new CancellationTokenSource();
        await using var target = EmbeddedTarget.Open(new Home(folder), deduplicate: false, TimeProvider.System);
        var driver = new ReplayDriver(Backfill with { MaxRate = 20_000 }, History, target.Sink(TopicLayout.One), Journal, TimeProvider.System);
        var run = driver.RunAsync(stop.Token);
        await Eventually.Holds(() => driver.Progress.Position > 1000, "the replay gets somewhere");
        await stop.CancelAsync();
        var stopped = await run;
        stopped.Outcome.ShouldBe(ReplayOutcome.Stopped);

        var rest = await RunAsync(Backfill, target.Sink(TopicLayout.One));

        rest.Resumed.ShouldBeTrue();
        (stopped.Emitted + rest.Emitted).ShouldBe(History.Count);
        rest.Position.ShouldBe(History.Count);
    }

    [Fact]
    public async Task A_checkpoint_beyond_what_the_log_holds_is_void()
    {
        await using (var target = EmbeddedTarget.Open(new Home(Path.Combine(folder, "first")), deduplicate: false, TimeProvider.System))
            await Should.ThrowAsync<ProcessDiedException>(() => RunAsync(Backfill, new DyingSink(target.Sink(TopicLayout.One), 2, 0)));

        await using var empty = EmbeddedTarget.Open(new Home(Path.Combine(folder, "second")), deduplicate: false, TimeProvider.System);
        var summary = await RunAsync(Backfill, empty.Sink(TopicLayout.One));

        summary.Resumed.ShouldBeFalse();
        summary.Emitted.ShouldBe(History.Count);
    }

    [Fact]
    public async Task Without_a_start_a_checkpoint_that_the_log_has_overtaken_is_void()
    {
        var plan = new ReplayPlan { Mode = ReplayMode.Replay, Speed = SpeedText.Max };
        await using var target = EmbeddedTarget.Open(new Home(folder), deduplicate: false, TimeProvider.System);
        await Should.ThrowAsync<ProcessDiedException>(() => RunAsync(plan, new DyingSink(target.Sink(TopicLayout.One), 1, 0)));
        var (_, middle) = (History.First, Shop.Opening + (30 * 86_400));
        await RunAsync(Backfill with { To = middle }, target.Sink(TopicLayout.One));

        var summary = await RunAsync(plan, target.Sink(TopicLayout.One));

        summary.Emitted.ShouldBeLessThanOrEqualTo(History.Read(middle + -86_400, null).Sum(batch => (long)batch.Length));
        (await target.SettleAsync()).All.ShouldBe(Shop.DigestOf(History.Events()));
    }

    [Fact]
    public async Task Start_and_end_stand_in_the_journal_with_parameters_and_totals()
    {
        await RunAsync(Backfill with { Faults = new FaultPlan { Corrupt = 0.05, Seed = 2 } }, new RecordingSink(TimeProvider.System));

        string[] lines = File.ReadAllLines(Path.Combine(folder, "replay", ReplayJournal.FileName));
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"kind\":\"start\"");
        lines[0].ShouldContain("\"faults\":\"corrupt 5%, seed 2\"");
        lines[1].ShouldContain("\"kind\":\"end\"");
        lines[1].ShouldContain($"\"emitted\":{History.Count}");
        lines[1].ShouldContain("\"outcome\":\"completed\"");
    }

    private static FulfillmentEvent[] Sorted(IEnumerable<FulfillmentEvent> events) => [.. events.Order(Comparer<FulfillmentEvent>.Create(FulfillmentEvent.CompareEmission))];

    private Task<ReplaySummary> RunAsync(ReplayPlan plan, IReplaySink sink) => new ReplayDriver(plan, History, sink, Journal, TimeProvider.System).RunAsync();
}
