using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Streams.Kafka.Options;

namespace Eip.Grains.Tests;

/// <summary>Silos as they ship, on a real broker and a real database.</summary>
public sealed class KafkaClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_backfill_through_one_silo_gives_the_digest_of_the_folds()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1);
        var events = Orders.Events(seed: 20, orders: 3_000);

        await cluster.AppendAsync(events);

        await cluster.ShouldComeToAsync(new Reference(events));
        cluster.Folded.ShouldBe(events.Length);
        var status = await cluster.StatusAsync();
        status.LagEvents.ShouldBe(0);
        status.OrderCount.ShouldBe(3_000);
        status.Watermark.ShouldBe(events.Max(static @event => @event.EventAt));
    }

    [Fact]
    public async Task One_topic_for_each_owner_gives_the_same_digest()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 2, partitions: 2, layout: KafkaTopicLayout.TopicPerOwner);
        var events = Orders.Events(seed: 21, orders: 2_000);

        await cluster.AppendAsync(events);

        await cluster.ShouldComeToAsync(new Reference(events));
    }

    [Fact]
    public async Task Killing_a_silo_every_few_seconds_loses_nothing()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 3);
        var events = Orders.Events(seed: 22, orders: 12_000, days: 90);
        var appending = AppendSlowlyAsync(cluster, events, TimeSpan.FromSeconds(9));

        for (int kill = 0; kill < 3; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            await cluster.KillAsync(cluster.Silos[^1]);
            await cluster.AddAsync();
        }

        await appending;
        await cluster.ShouldComeToAsync(new Reference(events));
        output.WriteLine($"{cluster.Folded - events.Length} of {events.Length} events were folded again.");
        // A death costs the batches under way and what was not committed yet, of each partition.
        (cluster.Folded - events.Length).ShouldBeLessThanOrEqualTo(3 * cluster.Partitions * 4 * 1_000);
    }

    [Fact]
    public async Task A_silo_that_joins_or_leaves_in_good_order_costs_no_event_twice_in_effect()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1);
        var events = Orders.Events(seed: 23, orders: 8_000, days: 90);
        var second = await cluster.AddAsync();
        var appending = AppendSlowlyAsync(cluster, events, TimeSpan.FromSeconds(8));
        var stall = cluster.LongestStallAsync(appending);

        await Task.Delay(TimeSpan.FromSeconds(2));
        var third = await cluster.AddAsync();
        await cluster.StopAsync(second);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await cluster.StopAsync(third);

        await appending;
        output.WriteLine($"The longest time without progress was {(await stall).TotalSeconds:0.0} s.");
        await cluster.ShouldComeToAsync(new Reference(events));
    }

    [Fact]
    public async Task A_database_that_goes_away_and_comes_back_stops_the_offsets_and_nothing_else()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 24, orders: 6_000, days: 90);
        var appending = AppendSlowlyAsync(cluster, events, TimeSpan.FromSeconds(5));

        await Task.Delay(TimeSpan.FromSeconds(1));
        await cluster.Database.InterruptAsync(TimeSpan.FromSeconds(3));

        await appending;
        await cluster.ShouldComeToAsync(new Reference(events));
    }

    private static async Task AppendSlowlyAsync(SiloCluster cluster, FulfillmentEvent[] events, TimeSpan over)
    {
        const int Parts = 60;
        foreach (var part in events.Chunk((events.Length / Parts) + 1))
        {
            await cluster.Log.AppendAsync(part);
            await Task.Delay(over / Parts);
        }
    }
}
