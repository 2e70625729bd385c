using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Cases;
using Eip.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Placement;

namespace Eip.Grains.Tests;

/// <summary>Orders are sought where they are folded.</summary>
public sealed class OrderDirectoryCacheTests
{
    [Fact]
    public async Task An_order_that_lives_elsewhere_is_found_there_and_begins_no_second_life()
    {
        await using var cluster = await GrainsCluster.StartAsync(silos: 2);
        var services = cluster.Silos.Silos.Select(static silo => silo.ServiceProvider).ToArray();
        var orders = Orders.Events(seed: 12, orders: 200).Where(static @event => @event.Type == EventType.OrderPlaced).ToArray();

        var first = await FoldAsync(services[0], orders);
        var second = await FoldAsync(services[1], orders);

        Active(services[0]).ShouldBe(orders.Length);
        Active(services[1]).ShouldBe(0);
        first.ShouldAllBe(static outcome => outcome.Added == 1);
        second.Select(static outcome => (outcome.Added, outcome.State.Writer)).ShouldBe(first.Select(static outcome => (0, outcome.State.Writer)));
    }

    // Placement would follow the hint; an order that is called where it is folded never comes to it.
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_new_order_is_called_where_it_is_folded_without_being_placed(bool isFolded)
    {
        await using var cluster = await GrainsCluster.StartAsync(silos: 2);
        var silos = cluster.Silos.Silos;
        var placed = Orders.Events(seed: 13, orders: 1)[0];
        var order = silos[0].ServiceProvider.GetRequiredService<GrainReferences>().Order(placed.OrderId);
        var input = new CaseInput(placed.OrderId, new[] { placed }, CaseState.Absent);

        RequestContext.Set(IPlacementDirector.PlacementHintKey, silos[1].SiloAddress);
        Task<CaseOutcome> call;
        if (isFolded)
        {
            using (OrderDirectoryCache.FoldHere())
                call = order.Apply(input);
        }
        else
        {
            call = order.Apply(input);
        }

        await call;
        silos.Select(static silo => Active(silo.ServiceProvider)).ShouldBe(isFolded ? [1, 0] : [0, 1]);
    }

    [Fact]
    public async Task Nothing_but_orders_is_guessed_and_only_where_nothing_is_known()
    {
        await using var cluster = await GrainsCluster.StartAsync(silos: 2);
        var silos = cluster.Silos.Silos;
        var cache = silos[0].ServiceProvider.GetRequiredService<IGrainDirectoryCache>();
        var order = GrainId.Create(GrainReferences.FulfillmentType, "o");
        var lane = GrainId.Create(GrainReferences.LaneType, "SP-RJ");

        cache.LookUp(order, out _, out _).ShouldBeFalse();
        using (OrderDirectoryCache.FoldHere())
        {
            cache.LookUp(order, out var guessed, out _).ShouldBeTrue();
            guessed!.SiloAddress.ShouldBe(silos[0].SiloAddress);
            cache.LookUp(lane, out _, out _).ShouldBeFalse();

            cache.AddOrUpdate(new GrainAddress { GrainId = order, SiloAddress = silos[1].SiloAddress }, 1);
            cache.LookUp(order, out var known, out _).ShouldBeTrue();
            known!.SiloAddress.ShouldBe(silos[1].SiloAddress);
        }

        cache.LookUp(order, out _, out _).ShouldBeTrue();
        cache.AddOrUpdate(new GrainAddress { GrainId = order, SiloAddress = silos[0].SiloAddress }, 2);
        cache.LookUp(order, out _, out _).ShouldBeFalse();
    }

    private static async Task<CaseOutcome[]> FoldAsync(IServiceProvider silo, FulfillmentEvent[] events)
    {
        var grains = silo.GetRequiredService<GrainReferences>();
        Task<CaseOutcome>[] calls;
        using (OrderDirectoryCache.FoldHere())
            calls = [.. events.Select(@event => grains.Order(@event.OrderId).Apply(new CaseInput(@event.OrderId, new[] { @event }, null)))];
        return await Task.WhenAll(calls);
    }

    private static int Active(IServiceProvider silo) => silo.GetRequiredService<ActiveCases>().Count;
}
