using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Lanes;
using Eip.Grains.Reading;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>When lanes write their days, and what they answer.</summary>
public sealed class LaneTests
{
    private static readonly Region Seller = Region.Parse("SP");
    private static readonly Region Customer = Region.Parse("RJ");

    [Fact]
    public async Task A_day_is_written_once_event_time_has_passed_midnight_and_not_before()
    {
        await using var cluster = await PatientAsync();

        await cluster.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));
        await cluster.IngestAsync(Delivered("b", "2018-03-05T23:59:59Z"));
        await Task.Delay(500);
        cluster.RouteStats.Rows.ShouldBeEmpty();
        await cluster.IngestAsync(Delivered("c", "2018-03-06T00:00:00Z"));

        await Wait.Until(() => cluster.RouteStats.Rows.Count == 1, "the closed day is written");
        var row = cluster.RouteStats.Rows.Single();
        row.StatDate.ShouldBe(new DateOnly(2018, 3, 5));
        row.Kpis.SampleCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_late_event_rewrites_the_closed_day_that_it_changes()
    {
        await using var cluster = await PatientAsync();
        await cluster.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));
        await cluster.IngestAsync(Delivered("b", "2018-03-20T10:00:00Z"));
        await Wait.Until(() => cluster.RouteStats.Rows.Count == 1, "the closed day is written");

        await cluster.IngestAsync(Delivered("late", "2018-03-05T12:00:00Z"));

        await Wait.Until(() => cluster.RouteStats.Rows is [{ Kpis.SampleCount: 2 }], "the closed day is written again");
    }

    [Fact]
    public async Task A_date_far_past_the_clock_closes_no_day()
    {
        await using var cluster = await PatientAsync();
        await cluster.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));
        await cluster.IngestAsync([Event("b", EventType.DeliveryDelayed, EventTime.MaxValue)]);

        await cluster.IngestAsync(Delivered("c", "2018-03-20T10:00:00Z"));

        await Wait.Until(() => cluster.RouteStats.Rows.Count > 0, "the closed day is written");
        cluster.RouteStats.Rows.ShouldHaveSingleItem().StatDate.Day.ShouldBe(5);
        (await cluster.States.ProgressAsync()).ShouldAllBe(static partition => partition.Watermark < EventTime.Parse("2018-04-01T00:00:00Z"));
    }

    [Fact]
    public async Task A_lane_whose_silo_leaves_takes_no_changes()
    {
        bool leaves = false;
        await using var cluster = await GrainsCluster.StartAsync(configure: services =>
        {
            var real = services.Last(static service => service.ServiceType == typeof(ISiloStatusOracle)).ImplementationFactory!;
            services.AddSingleton<ISiloStatusOracle>(provider => new LeavingSilo((ISiloStatusOracle)real(provider), () => leaves));
        });
        var lane = cluster.References.Lane(new Lane(Seller, Customer));
        await lane.Apply(Change("a", day: 20));
        await Wait.Until(() => cluster.RouteStats.Rows.Count == 1, "its day is written");

        leaves = true;
        (await Should.ThrowAsync<InvalidOperationException>(() => lane.Apply(Change("b", day: 21)))).Message.ShouldBe("Lane SP→RJ moves: its silo leaves.");
        (await lane.Window(0, 100)).Contributions.ShouldHaveSingleItem();

        leaves = false;
        await lane.Apply(Change("b", day: 21));
        await Wait.Until(() => cluster.RouteStats.Rows.Count == 2, "it goes on where its silo stays");

        static LaneChanges Change(string order, int day) =>
            new([new LaneChange(OrderId.Parse(order), 1, new LaneContribution(new Lane(Seller, Customer), day, null, null, null))], default);
    }

    [Fact]
    public async Task A_day_whose_last_order_moved_away_is_taken_back()
    {
        await using var cluster = await PatientAsync();
        await cluster.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));
        await cluster.IngestAsync(Delivered("b", "2018-03-20T10:00:00Z"));
        await Wait.Until(() => cluster.RouteStats.Rows.Count == 1, "the closed day is written");

        await cluster.IngestAsync([Event("a", EventType.OrderCancelled, EventTime.Parse("2018-03-08T00:00:00Z"))]);

        await Wait.Until(
            () => cluster.RouteStats.Rows is [{ StatDate.Day: 8, Kpis: { SampleCount: 0, CancelledCount: 1 } }], "the delivery's day is gone, the cancellation's is there");
    }

    [Fact]
    public async Task An_idle_stream_leaves_the_whole_table_open_day_included()
    {
        await using var cluster = await GrainsCluster.StartAsync();

        await cluster.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));

        await Wait.Until(() => cluster.RouteStats.Rows.Count == 1, "the open day is written");
    }

    [Fact]
    public async Task Hearing_a_change_again_or_an_older_one_after_it_changes_no_figure()
    {
        await using var cluster = await PatientAsync();
        var lane = cluster.Grains.GetGrain<ILaneGrain>("SP-RJ");
        var contribution = Reference(Delivered("a", "2018-03-05T10:00:00Z")).Cases.Values.Single().Contribution();
        var order = OrderId.Parse("a");

        await lane.Apply(new LaneChanges([new LaneChange(order, 5, contribution)], default));
        await lane.Apply(new LaneChanges([new LaneChange(order, 5, contribution)], default));
        await lane.Apply(new LaneChanges([new LaneChange(order, 4, null)], default));

        (await lane.Window(0, int.MaxValue)).Contributions.ShouldBe([contribution!.Value]);
    }

    [Fact]
    public async Task A_lane_that_cannot_read_its_orders_takes_changes_and_gives_figures_once_it_can()
    {
        var states = new FlakyStates(new MemoryCaseStates(), seed: 1, rate: 0);
        await using (var earlier = await GrainsCluster.StartAsync(states: states))
            await earlier.IngestAsync(Delivered("a", "2018-03-05T10:00:00Z"));
        await using var cluster = await GrainsCluster.StartAsync(states: states);
        var lane = cluster.Grains.GetGrain<ILaneGrain>("SP-RJ");
        states.Rate = 1;

        await lane.Apply(new LaneChanges(
            [new LaneChange(OrderId.Parse("b"), 2, Reference(Delivered("b", "2018-03-05T11:00:00Z")).Cases.Values.Single().Contribution())], default));
        await Should.ThrowAsync<IOException>(async () => await lane.Window(0, int.MaxValue));
        await Task.Delay(500);
        cluster.RouteStats.Rows.ShouldBeEmpty();
        states.Rate = 0;

        (await lane.Window(0, int.MaxValue)).Contributions.Length.ShouldBe(2);
        await Wait.Until(() => cluster.RouteStats.Rows is [{ Kpis.SampleCount: 2 }], "the day is written with both");
    }

    [Fact]
    public async Task Lane_figures_are_those_of_the_ledger_for_every_window()
    {
        await using var cluster = await GrainsCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 61, orders: 1_000);
        await cluster.IngestAsync(events);
        var network = Reference(events).Network;
        var lanes = new ClusterLanes(cluster.References, cluster.States);
        var last = new DateOnly(2018, 2, 10);

        foreach (var window in new[] { DateRange.Last(7, last), DateRange.Last(30, last), DateRange.All })
        {
            int count = window.To.DayNumber - window.From.DayNumber + 1;
            (await lanes.NetworkAsync(window)).ShouldBe(network.Over(window.To.DayNumber, count));
            foreach (var figures in await lanes.ListAsync(window))
                figures.Kpis.ShouldBe(network.Find(figures.Lane)!.Over(window.To.DayNumber, count));
        }

        (await lanes.FindAsync(Lane.Of(Seller, Seller)!.Value with { Seller = Region.Parse("ZZ") }, DateRange.All)).ShouldBeNull();
        var one = network.Lanes.First().Lane;
        (await lanes.DailyAsync(one, DateRange.All)).ShouldBe(network.ToRouteStats().Where(row => row.Lane == one));
    }

    private static Task<GrainsCluster> PatientAsync() => GrainsCluster.StartAsync(configure: static services =>
        services.PostConfigure<LaneOptions>(static options => options.IdleAfter = TimeSpan.FromHours(1)));

    private static Reference Reference(FulfillmentEvent[] events) => new(events);

    private static FulfillmentEvent[] Delivered(string order, string at)
    {
        var delivered = EventTime.Parse(at);
        return
        [
            Event(order, EventType.OrderPlaced, delivered + (-3 * EventTime.SecondsPerDay)),
            Event(order, EventType.Delivered, delivered),
        ];
    }

    private static FulfillmentEvent Event(string order, EventType type, EventTime at) => new(OrderId.Parse(order), type, at, Seller, Customer, null);
}
