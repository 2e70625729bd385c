using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Engine.Snapshots;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Pipeline.Tests.Engine;

public sealed class SnapshotTests
{
    [Fact]
    public void Any_set_of_events_survives_a_snapshot_and_the_rest_of_the_log_is_folded_on_top() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        Gen.Choose(0, 100).ToArbitrary(),
        (arrival, percent) =>
        {
            using var home = new TestHome();
            using var log = new MemoryLog(arrival.Partitions);
            int first = arrival.Order.Length * percent / 100;
            log.Append(arrival.Order.AsSpan(0, first));
            EventTime? watermark;
            using (var pipeline = Opened(home, log))
            {
                pipeline.CatchUpAsync().Wait();
                pipeline.PublishAsync().Wait();
                watermark = pipeline.GetAsync().AsTask().Result.Watermark;
            }

            using var again = Opened(home, log);
            again.Snapshots.ShouldAllBe(report => report.RefusedBecause == null);
            var status = again.GetAsync().AsTask().Result;
            status.LagEvents.ShouldBe(0);
            status.Watermark.ShouldBe(watermark);
            again.Digest().ShouldBe(Logs.Expected(arrival.Order.Take(first)));
            log.Append(arrival.Order.AsSpan(first));
            again.CatchUpAsync().Wait();
            again.Digest().ShouldBe(Logs.Expected(arrival.Events));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_snapshot_keeps_versions_so_that_they_go_on_growing()
    {
        using var home = new TestHome();
        using var log = new MemoryLog(1);
        var events = Logs.Plain(10);
        log.Append(events);
        using (var pipeline = Published(home, log))
            pipeline.EnumerateCases().ShouldAllBe(@case => @case.Version == @case.Timeline.Count);
        using var again = Opened(home, log);
        again.EnumerateCases().ShouldAllBe(@case => @case.Version == @case.Timeline.Count);
    }

    [Fact]
    public void A_snapshot_cut_at_any_byte_is_refused_and_the_log_replayed()
    {
        using var home = new TestHome();
        using var log = new MemoryLog(1);
        var events = Logs.Plain(20);
        log.Append(events);
        Published(home, log).Dispose();
        string path = CaseSnapshots.PathOf(home.Home.Projections, 0);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var (store, report) = CaseSnapshots.Load(home.Home.Projections, log, 0, EventTime.MaxValue);
            report.RefusedBecause.ShouldNotBeNull($"cut at byte {length}");
            store.Count.ShouldBe(0);
            store.ProjectedOffset.ShouldBe(0);
        }

        Replayed(home, log).ShouldBe(Logs.Expected(events));
    }

    [Fact]
    public void A_snapshot_with_any_bit_flipped_is_refused_and_the_log_replayed()
    {
        using var home = new TestHome();
        using var log = new MemoryLog(1);
        var events = Logs.Plain(20);
        log.Append(events);
        Published(home, log).Dispose();
        string path = CaseSnapshots.PathOf(home.Home.Projections, 0);
        byte[] whole = File.ReadAllBytes(path);
        for (int bit = 0; bit < whole.Length * 8; bit += 3)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            var (store, report) = CaseSnapshots.Load(home.Home.Projections, log, 0, EventTime.MaxValue);
            report.RefusedBecause.ShouldNotBeNull($"bit {bit} flipped");
            store.Count.ShouldBe(0);
        }

        Replayed(home, log).ShouldBe(Logs.Expected(events));
    }

    [Fact]
    public async Task A_snapshot_of_another_log_is_refused()
    {
        using var home = new TestHome();
        using var first = new MemoryLog(2);
        first.Append(Logs.Plain(50, seed: 1));
        Published(home, first).Dispose();
        using var second = new MemoryLog(2);
        var events = Logs.Plain(60, seed: 2);
        second.Append(events);
        using var pipeline = Opened(home, second);
        pipeline.Snapshots.ShouldAllBe(report => report.RefusedBecause == "it is of another log");
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        pipeline.Digest(TestContext.Current.CancellationToken).ShouldBe(Logs.Expected(events));
    }

    [Fact]
    public void A_snapshot_of_a_log_with_other_partitions_is_refused()
    {
        using var home = new TestHome();
        using var first = new MemoryLog(2);
        first.Append(Logs.Plain(50));
        Published(home, first).Dispose();
        using var second = new MemoryLog(3);
        second.Append(Logs.Plain(50));
        using var pipeline = Opened(home, second);
        pipeline.Snapshots[0].RefusedBecause.ShouldBe("it is of a log with 2 partitions, and this one has 3");
        pipeline.Snapshots[2].RefusedBecause.ShouldBe("there is none");
    }

    [Fact]
    public void A_snapshot_that_is_newer_than_the_log_is_refused()
    {
        using var home = new TestHome();
        var events = Logs.Plain(50);
        using var longer = new MemoryLog(1);
        longer.Append(events);
        Published(home, longer).Dispose();
        using var shorter = new MemoryLog(1);
        shorter.Append(events.AsSpan(0, 100));
        using var pipeline = Opened(home, shorter);
        pipeline.Snapshots.Single().RefusedBecause.ShouldBe($"it stands at offset {events.Length}, and the log ends at 100");
    }

    [Fact]
    public void A_snapshot_of_a_tail_that_was_lost_and_written_differently_is_refused()
    {
        using var home = new TestHome();
        var events = Logs.Plain(50);
        using var before = new MemoryLog(1);
        before.Append(events);
        Published(home, before).Dispose();
        using var after = new MemoryLog(1);
        after.Append(events.AsSpan(0, events.Length - 1));
        after.Append(Logs.Plain(5, seed: 7));
        using var pipeline = Opened(home, after);
        pipeline.Snapshots.Single().RefusedBecause.ShouldBe("it is of another log");
    }

    [Fact]
    public async Task What_a_snapshot_holds_is_durable_in_the_log_before()
    {
        using var home = new TestHome();
        using var log = new MemoryLog(1);
        using var pipeline = Opened(home, log);
        pipeline.Append(Logs.Plain(3));
        log.Flushes.ShouldBe(0);
        await pipeline.PublishAsync(null, TestContext.Current.CancellationToken);
        log.Flushes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void One_order_is_found_from_one_block_and_the_tail_of_the_log() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        arrival =>
        {
            using var home = new TestHome();
            using var log = new MemoryLog(arrival.Partitions);
            int half = arrival.Order.Length / 2;
            log.Append(arrival.Order.AsSpan(0, half));
            Published(home, log).Dispose();
            log.Append(arrival.Order.AsSpan(half));
            foreach (var order in arrival.Events.GroupBy(static @event => @event.OrderId))
            {
                var expected = new FulfillmentCase(order.Key);
                foreach (var @event in order)
                    expected.Apply(@event);
                CaseLookup.Find(home.Home, log, order.Key)!.Timeline.ShouldBe(expected.ToTimeline());
            }

            CaseLookup.Find(home.Home, log, OrderId.Parse("nobody ordered this")).ShouldBeNull();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Orders_are_found_in_a_snapshot_of_many_blocks()
    {
        using var home = new TestHome();
        var events = Logs.Plain(5_000);
        using (var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions()))
        {
            pipeline.Append(events);
            await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
            await pipeline.PublishAsync(null, TestContext.Current.CancellationToken);
        }

        using (var file = SnapshotFile.Open(CaseSnapshots.PathOf(home.Home.Projections, 0), 0))
            file.BlockCount.ShouldBeGreaterThan(1);
        foreach (var @event in events.Where(static (_, i) => i % 500 == 0))
            CaseLookup.Find(home.Home, @event.OrderId)!.Timeline.ShouldContain(@event);
    }

    private static EmbeddedPipeline Opened(TestHome home, MemoryLog log) => EmbeddedPipeline.Over(home.Home, new PipelineOptions(), log);

    private static EmbeddedPipeline Published(TestHome home, MemoryLog log)
    {
        var pipeline = Opened(home, log);
        pipeline.CatchUpAsync().Wait();
        pipeline.PublishAsync().Wait();
        return pipeline;
    }

    private static SectionDigests Replayed(TestHome home, MemoryLog log)
    {
        using var pipeline = Opened(home, log);
        pipeline.CatchUpAsync().Wait();
        return pipeline.Digest();
    }
}
