using System.Collections.Concurrent;
using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Lanes;
using Eip.Grains.Reading;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Eip.Silo.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Eip.Grains.Tests;

/// <summary>How lanes leave a silo that stops.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task Lanes_of_a_silo_that_stops_move_with_their_figures_and_read_nothing_anew()
    {
        var stores = new ConcurrentBag<FlakyStates>();
        await using var cluster = await SiloCluster.StartAsync(silos: 2, configure: services => services.AddSingleton<ICaseStates>(provider =>
        {
            var store = new FlakyStates(new PostgresCaseStates(provider.GetRequiredService<NpgsqlDataSource>()), seed: 1, rate: 0);
            stores.Add(store);
            return store;
        }));
        var events = Orders.Events(seed: 81, orders: 2_000);
        var reference = new Reference(events);
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(reference);
        string[] leaving = Lanes(cluster.Silos[0]), staying = Lanes(cluster.Silos[1]);
        leaving.ShouldNotBeEmpty();
        foreach (var store in stores)
            store.Rate = 1;

        await cluster.StopAsync(cluster.Silos[0]);

        Lanes(cluster.Silos[0]).ShouldBe([.. leaving, .. staying], ignoreOrder: true);
        var figures = new ClusterLanes(cluster.Services.GetRequiredService<GrainReferences>(), cluster.States);
        var all = DateRange.All;
        (await figures.NetworkAsync(all)).ShouldBe(reference.Network.Over(all.To.DayNumber, all.To.DayNumber - all.From.DayNumber + 1));
        stores.Sum(static store => store.Failures).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_lane_had_not_written_when_it_moved_is_written_where_it_lives_next()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 82, orders: 2_000);
        await cluster.AppendAsync(events[..^500]);
        await cluster.ShouldComeToAsync(new Reference(events[..^500]));
        await cluster.AppendAsync(events[^500..]);
        await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "everything is folded, and the open days are not written");

        await cluster.StopAsync(cluster.Silos[0]);

        await cluster.ShouldComeToAsync(new Reference(events));
    }

    [Fact]
    public void A_book_that_moved_has_the_figures_and_the_unwritten_days_of_the_one_it_was()
    {
        var lane = new Lane(Region.Parse("SP"), Region.Parse("RJ"));
        var book = new LaneBook(lane);
        var other = new LaneBook(lane);
        LaneChange Cancelled(string order, long version, int? day) =>
            new(OrderId.Parse(order), version, day is { } on ? new LaneContribution(lane, on, null, null, null) : null);
        LaneChange Promised(string order, bool isKept) => new(OrderId.Parse(order), 1, new LaneContribution(lane, null, null, new LanePromise(10, isKept), null));
        book.Apply([Cancelled("a", 1, 10), Cancelled("b", 1, 11), Cancelled("gone", 5, null), Promised("c", true), Promised("d", false)]);
        book.TakeBefore(11);

        other.Restore([.. book.Changes], book.Unwritten);
        other.Apply([Cancelled("gone", 4, 12)]);

        other.Unwritten.ShouldBe([11]);
        other.Ledger.On(10)!.CancelledCount.ShouldBe(1);
        (other.Ledger.On(10)!.PromisedCount, other.Ledger.On(10)!.KeptCount).ShouldBe((2, 1));
        other.Ledger.On(12).ShouldBeNull("an order that left keeps its version");
    }

    [Fact]
    public void Once_ticks_are_stopped_none_begins_and_the_one_that_runs_is_waited_for()
    {
        var lanes = OfSilo(SiloStatus.Active);
        lanes.TryBeginTick().ShouldBeTrue();

        var quiet = lanes.StopTickingAsync();

        lanes.TryBeginTick().ShouldBeFalse();
        quiet.IsCompleted.ShouldBeFalse();
        lanes.EndTick();
        quiet.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void No_tick_begins_on_a_silo_that_leaves()
    {
        OfSilo(SiloStatus.Active).TryBeginTick().ShouldBeTrue();
        OfSilo(SiloStatus.ShuttingDown).TryBeginTick().ShouldBeFalse();
    }

    private static ActiveLanes OfSilo(SiloStatus status) => new(new StatedSilos(
        (SiloAddress.FromParsableString("127.0.0.1:1@1"), status), (SiloAddress.FromParsableString("127.0.0.1:2@1"), SiloStatus.Active)));

    private static string[] Lanes(WebApplication silo) =>
        [.. silo.Services.GetRequiredService<ActiveLanes>().All.Select(static lane => lane.GrainId.ToString())];
}
