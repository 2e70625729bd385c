using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Pipeline.Tests.Engine;

public sealed class PipelineTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_see_whole_cards_and_lanes_while_events_are_folded()
    {
        using var home = new TestHome();
        var events = Logs.Plain(3_000);
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions { LiveFeed = true }, new MemoryLog(3));
        pipeline.Start();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            long reads = 0;
            for (; !done.IsCancellationRequested || reads < 100; reads++)
            {
                var order = events[random.Next(events.Length)].OrderId;
                if (await pipeline.FindAsync(order) is { } found)
                {
                    found.Version.ShouldBe(found.Timeline.Count);
                    found.Card.EventCount.ShouldBe(found.Timeline.Count);
                    found.Card.LastEventAt.ShouldBe(found.Timeline[^1].EventAt);
                }

                var network = await pipeline.NetworkAsync(DateRange.All);
                network.LateCount.ShouldBeLessThanOrEqualTo(network.SampleCount);
                var status = await pipeline.GetAsync();
                status.LagEvents.ShouldBeGreaterThanOrEqualTo(0);
            }
        }, Cancelled)).ToArray();
        foreach (var batch in events.Chunk(100))
            await pipeline.AppendAsync(batch, Cancelled);
        await pipeline.CatchUpAsync(null, Cancelled);
        await done.CancelAsync();
        await Task.WhenAll(readers);
        pipeline.Digest(Cancelled).ShouldBe(Logs.Expected(events));
    }

    [Fact]
    public void Lane_figures_equal_those_of_one_ledger_over_all_orders_after_every_batch() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        Gen.Choose(1, 20).ToArbitrary(),
        (arrival, days) =>
        {
            using var home = new TestHome();
            using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(arrival.Partitions));
            var window = DateRange.Last(days, new DateOnly(2018, 3, 20));
            var whole = new CaseStore();
            foreach (var batch in arrival.Batches())
            {
                pipeline.Append(batch.Span);
                pipeline.CatchUpAsync().Wait();
                whole.ApplyBatch(batch.Span);
                Lanes(pipeline.ListAsync(window)).ShouldBe(Expected(whole.Ledger, window));
                pipeline.NetworkAsync(window).AsTask().Result.ShouldBe(whole.Ledger.Over(window.To.DayNumber, days));
                foreach (var ledger in whole.Ledger.Lanes)
                {
                    pipeline.FindAsync(ledger.Lane, window).AsTask().Result.ShouldBe(ledger.Over(window.To.DayNumber, days));
                    pipeline.DailyAsync(ledger.Lane, window).AsTask().Result.ShouldBe(
                        whole.Ledger.ToRouteStats().Where(row => row.Lane == ledger.Lane && window.Contains(row.StatDate)));
                }
            }

            pipeline.FindAsync(new Lane(Region.Parse("ZZ"), Region.Parse("ZZ")), window).AsTask().Result.ShouldBeNull();
            pipeline.RouteStats().ShouldBe(whole.Ledger.ToRouteStats());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_observer_that_registers_while_events_come_knows_every_case_as_it_is_in_the_end() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        arrival =>
        {
            using var home = new TestHome();
            using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(arrival.Partitions));
            var observer = new Remembering();
            pipeline.Start();
            int at = 0;
            foreach (var batch in arrival.Batches())
            {
                pipeline.Append(batch.Span);
                if (at++ == 1)
                    pipeline.Register(observer);
            }

            if (at <= 1)
                pipeline.Register(observer);
            pipeline.CatchUpAsync().Wait();
            pipeline.StopAsync().Wait();
            observer.Known.Values.OrderBy(static @case => @case.Card.OrderId).Select(static @case => (@case.Card.OrderId, @case.Version))
                .ShouldBe(pipeline.EnumerateCases().Select(static @case => (@case.Card.OrderId, @case.Version)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_partition_that_fails_says_which_and_where_and_the_others_go_on()
    {
        using var home = new TestHome();
        var log = new MemoryLog(1);
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), log);
        pipeline.Append(Logs.Plain(5));
        await pipeline.CatchUpAsync(null, Cancelled);
        long folded = log.EndOffset(0);
        log.FailsAt = folded;
        pipeline.Start();
        pipeline.Append(Logs.Plain(5, seed: 2));
        var failure = await Should.ThrowAsync<ProjectionFailedException>(() => pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(20), Cancelled));
        failure.Message.ShouldBe($"Partition 0 cannot be projected beyond offset {folded}: The disk is gone.");
        (await Should.ThrowAsync<ProjectionFailedException>(() => pipeline.CatchUpAsync(null, Cancelled))).Offset.ShouldBe(folded);

        log.FailsAt = long.MaxValue;
        await pipeline.StopAsync();
        await pipeline.RebuildAsync(null, Cancelled);
        pipeline.Digest(Cancelled).ShouldBe(Logs.Expected([.. Logs.Plain(5), .. Logs.Plain(5, seed: 2)]));
    }

    [Fact]
    public async Task A_rebuild_that_was_interrupted_is_made_good_by_the_next_start()
    {
        using var home = new TestHome();
        var events = Logs.Plain(2_000);
        var log = new MemoryLog(2);
        log.Append(events);
        await using (var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), log))
        {
            await pipeline.CatchUpAsync(null, Cancelled);
            await pipeline.PublishAsync(null, Cancelled);
            using var interrupted = new CancellationTokenSource();
            await interrupted.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => pipeline.RebuildAsync(null, interrupted.Token));
        }

        await using var again = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), log);
        await again.CatchUpAsync(null, Cancelled);
        again.Digest(Cancelled).ShouldBe(Logs.Expected(events));
    }

    [Fact]
    public async Task A_rebuild_beside_a_running_pipeline_ends_in_the_same_digest_and_its_observers_know_every_case()
    {
        using var home = new TestHome();
        var events = Logs.Plain(2_000);
        await using var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions { LiveFeed = true });
        var observer = new Remembering();
        pipeline.Start();
        pipeline.Register(observer);
        pipeline.Append(events.AsSpan(0, 5_000));
        await pipeline.PublishAsync(null, Cancelled);
        var rebuild = pipeline.RebuildAsync(null, Cancelled);
        pipeline.Append(events.AsSpan(5_000));
        await rebuild;
        await pipeline.CatchUpAsync(null, Cancelled);
        await pipeline.StopAsync();
        pipeline.Digest(Cancelled).ShouldBe(Logs.Expected(events));
        observer.Known.Values.Sum(static @case => @case.Timeline.Count).ShouldBe(events.Length);
    }

    [Fact]
    public async Task An_observer_that_throws_stops_its_partition_with_its_own_words()
    {
        using var home = new TestHome();
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(1));
        pipeline.Register(new Throwing());
        pipeline.Append(Logs.Plain(1));
        var failure = await Should.ThrowAsync<ProjectionFailedException>(() => pipeline.CatchUpAsync(null, Cancelled));
        failure.InnerException!.Message.ShouldBe("The index is full.");
        Should.Throw<InvalidDataException>(() => pipeline.Register(new Throwing())).Message.ShouldBe("The index is full.");
    }

    [Fact]
    public async Task Callers_that_append_at_once_share_flushes_and_each_is_covered()
    {
        using var home = new TestHome();
        var log = new MemoryLog(2);
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), log);
        var events = Logs.Plain(100);
        await Task.WhenAll(events.Chunk(10).Select(batch => Task.Run(async () => await pipeline.AppendAsync(batch, Cancelled), Cancelled)));
        log.Flushes.ShouldBeInRange(1, events.Length);
        log.AllFlushed.ShouldBeTrue();
        (log.EndOffset(0) + log.EndOffset(1)).ShouldBe(events.Length);
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_a_reader_is_not()
    {
        using var home = new TestHome();
        var events = Logs.Plain(100);
        await using var writer = EmbeddedPipeline.Open(home.Home, new PipelineOptions());
        await writer.AppendAsync(events.AsMemory(0, 200), Cancelled);
        Should.Throw<LogBusyException>(() => EmbeddedPipeline.Open(home.Home, new PipelineOptions()));
        await using var reader = EmbeddedPipeline.Open(home.Home, new PipelineOptions { ReadOnly = true });
        await reader.CatchUpAsync(null, Cancelled);
        reader.Digest(Cancelled).ShouldBe(Logs.Expected(events.Take(200)));
        await writer.AppendAsync(events.AsMemory(200), Cancelled);
        await reader.CatchUpAsync(null, Cancelled);
        reader.Digest(Cancelled).ShouldBe(Logs.Expected(events));
        Should.Throw<InvalidOperationException>(() => reader.Append(events)).Message.ShouldContain("opened for reading");
        Directory.Exists(home.Home.Projections).ShouldBeFalse("a reader writes nothing");
    }

    [Fact]
    public async Task Progress_ends_at_its_target()
    {
        using var home = new TestHome();
        var events = Logs.Plain(30_000);
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(1));
        pipeline.Append(events);
        var seen = new List<CatchUpProgress>();
        await pipeline.CatchUpAsync(new Reporter(seen), Cancelled);
        seen.Count.ShouldBeGreaterThan(1);
        seen[^1].ShouldBe(new CatchUpProgress(events.Length, events.Length));
        seen.Select(static step => step.Projected).ShouldBeInOrder();
    }

    private static IReadOnlyList<LaneFigures> Lanes(ValueTask<IReadOnlyList<LaneFigures>> lanes) => lanes.AsTask().Result;

    private static IEnumerable<LaneFigures> Expected(NetworkLedger ledger, DateRange window)
    {
        int days = window.To.DayNumber - window.From.DayNumber + 1;
        return ledger.Lanes.Where(lane => lane.Days.Any(day => window.Contains(DateOnly.FromDayNumber(day))))
            .OrderBy(static lane => lane.Lane)
            .Select(lane => new LaneFigures(lane.Lane, lane.Over(window.To.DayNumber, days)));
    }

    private sealed class Remembering : ICaseObserver
    {
        public System.Collections.Concurrent.ConcurrentDictionary<OrderId, CaseSnapshot> Known { get; } = new();

        public void Changed(int partition, IReadOnlyList<FulfillmentCase> cases)
        {
            foreach (var @case in cases)
                Known[@case.OrderId] = CaseSnapshot.Of(@case);
        }
    }

    private sealed class Throwing : ICaseObserver
    {
        public void Changed(int partition, IReadOnlyList<FulfillmentCase> cases) => throw new InvalidDataException("The index is full.");
    }

    private sealed class Reporter(List<CatchUpProgress> seen) : IProgress<CatchUpProgress>
    {
        public void Report(CatchUpProgress value) => seen.Add(value);
    }
}
