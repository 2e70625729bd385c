using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Tests.Support;

namespace Eip.Grains.Tests;

public sealed class GrainsTests
{
    [Fact]
    public async Task Folding_a_history_gives_the_digest_of_the_folds()
    {
        await using var cluster = await GrainsCluster.StartAsync();
        var events = Orders.Events(seed: 1, orders: 1_500);

        await cluster.IngestAsync(events);

        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task Duplicates_disorder_and_redelivered_batches_change_nothing()
    {
        await using var cluster = await GrainsCluster.StartAsync();
        var events = Orders.Events(seed: 2, orders: 600);
        FulfillmentEvent[] shuffled = [.. events, .. events.Take(1_000)];
        new Random(2).Shuffle(shuffled);

        await cluster.IngestAsync(shuffled, batch: 170);
        await cluster.IngestAsync(shuffled.AsSpan(500, 900).ToArray(), batch: 300);

        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task One_orders_events_may_come_from_several_partitions_at_once()
    {
        await using var cluster = await GrainsCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 3, orders: 800);
        var bySource = events.GroupBy(static @event => @event.Source).ToDictionary(static group => group.Key, static group => group.ToArray());

        await Task.WhenAll(bySource.Select(part => cluster.IngestAsync(part.Value, $"{part.Key}/0", batch: 200)));

        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task A_fulfillment_grain_answers_as_of_the_last_folded_event()
    {
        await using var cluster = await GrainsCluster.StartAsync();
        var events = Orders.Events(seed: 4, orders: 50);
        var reference = new Reference(events);
        await cluster.IngestAsync(events);

        foreach (var (order, expected) in reference.Cases)
        {
            var state = await cluster.Grains.GetGrain<IFulfillmentGrain>(order.ToString()).Read();
            state.Restore(order, out _).ToTimeline().ShouldBe(expected.ToTimeline());
        }

        (await cluster.Grains.GetGrain<IFulfillmentGrain>("no-such-order").Read()).IsAbsent.ShouldBeTrue();
    }
}
