using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Pipeline.Tests.Engine;

public sealed class DigestTests
{
    [Fact]
    public void Any_order_repetition_batches_and_partitions_give_the_digest_of_the_plain_folds() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        arrival =>
        {
            using var home = new TestHome();
            using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(arrival.Partitions));
            foreach (var batch in arrival.Batches())
                pipeline.Append(batch.Span);
            pipeline.CatchUpAsync().Wait();
            pipeline.Digest().ShouldBe(Logs.Expected(arrival.Events));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Folding_while_events_come_gives_the_digest_of_folding_them_afterwards() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        arrival =>
        {
            using var home = new TestHome();
            using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions { LiveFeed = true }, new MemoryLog(arrival.Partitions));
            pipeline.Start();
            foreach (var batch in arrival.Batches())
            {
                pipeline.Append(batch.Span);
                pipeline.Digest();
            }

            pipeline.CatchUpAsync().Wait();
            pipeline.Digest().ShouldBe(Logs.Expected(arrival.Events));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_backfill_in_three_pieces_ends_in_the_digest_of_one() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        arrival =>
        {
            using var home = new TestHome();
            int third = arrival.Order.Length / 3;
            foreach (var piece in new[] { arrival.Order[..third], arrival.Order[..(2 * third)], arrival.Order })
            {
                using var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions { Partitions = arrival.Partitions });
                pipeline.Append(piece);
                pipeline.CatchUpAsync().Wait();
                pipeline.PublishAsync().Wait();
            }

            using var last = EmbeddedPipeline.Open(home.Home, new PipelineOptions { ReadOnly = true });
            last.CatchUpAsync().Wait();
            last.Digest().ShouldBe(Logs.Expected(arrival.Events));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task The_digest_of_thousands_of_orders_is_that_of_the_plain_folds()
    {
        using var home = new TestHome();
        var events = Logs.Plain(20_000);
        await using var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions());
        await pipeline.AppendAsync(events, TestContext.Current.CancellationToken);
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        pipeline.Digest(TestContext.Current.CancellationToken).ShouldBe(Logs.Expected(events));
        pipeline.EnumerateEvents().SequenceEqual(events).ShouldBeTrue("events come out in emission order");
    }

    [Fact]
    public void Events_come_out_in_emission_order_whatever_ranges_they_are_sorted_in() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        Gen.Choose(1, 50).ToArbitrary(),
        (arrival, rangeLength) =>
        {
            using var log = new MemoryLog(arrival.Partitions);
            log.Append(arrival.Order);
            var projectors = Enumerable.Range(0, arrival.Partitions).Select(partition => new Projector(log, partition, null, new EventHorizon(TimeProvider.System), TimeProvider.System)).ToArray();
            foreach (var projector in projectors)
            {
                while (projector.Step() > 0)
                    continue;
            }

            var found = EmissionOrder.Enumerate(CaseMerge.Sorted(projectors, new ParallelOptions()), rangeLength).ToList();
            found.ShouldBe(found.Order(Comparer<FulfillmentEvent>.Create(FulfillmentEvent.CompareEmission)));
            found.Select(static @event => @event.Id).ShouldBe(arrival.Events.Select(static @event => @event.Id).Distinct(), ignoreOrder: true);
        }).QuickCheckThrowOnFailure();
}
