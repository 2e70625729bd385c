using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Eip.Silo.State;

namespace Eip.Grains.Tests;

/// <summary>What any store of cases promises; each test runs against the memory of a process and against PostgreSQL.</summary>
public sealed class CaseStatesTests
{
    private static readonly OrderId Order = OrderId.Parse("order \"1\", with, commas");

    [Theory, InlineData(false), InlineData(true)]
    public Task What_was_stored_is_loaded(bool postgres) => RunAsync(postgres, async states =>
    {
        var events = Orders.Events(seed: 5, orders: 40);
        var cases = new Reference(events).Cases;
        (await states.StoreAsync("p", [.. cases.Select(static item => new CaseWrite(item.Key, Outcome(item.Value, 7, CaseState.Absent)))])).ShouldBeEmpty();

        var loaded = await states.LoadAsync([.. cases.Keys, Order]);

        loaded.Count.ShouldBe(cases.Count);
        foreach (var (order, expected) in cases)
            loaded[order].Restore(order, out _).ToTimeline().ShouldBe(expected.ToTimeline());
        (await states.ProgressAsync()).Single().OrderCount.ShouldBe(cases.Count);
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task A_later_write_of_the_same_life_wins_and_an_earlier_one_is_a_success_without_effect(bool postgres) => RunAsync(postgres, async states =>
    {
        var second = Outcome(Case(2), 7, CaseState.Absent);
        (await states.StoreAsync("p", [new CaseWrite(Order, second)])).ShouldBeEmpty();
        (await states.StoreAsync("p", [new CaseWrite(Order, Outcome(Case(1), 7, CaseState.Absent))])).ShouldBeEmpty();

        (await states.LoadAsync([Order]))[Order].Version.ShouldBe(2);

        (await states.StoreAsync("p", [new CaseWrite(Order, Outcome(Case(3), 7, CaseState.Absent))])).ShouldBeEmpty();
        (await states.LoadAsync([Order]))[Order].Version.ShouldBe(3);
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task A_write_that_does_not_build_on_the_stored_one_loses_whatever_its_version(bool postgres) => RunAsync(postgres, async states =>
    {
        var first = Outcome(Case(1), 7, CaseState.Absent);
        await states.StoreAsync("p", [new CaseWrite(Order, first)]);

        (await states.StoreAsync("p", [new CaseWrite(Order, Outcome(Case(3), 8, CaseState.Absent))])).ShouldBe([Order]);
        (await states.LoadAsync([Order]))[Order].Writer.ShouldBe(7);

        (await states.StoreAsync("p", [new CaseWrite(Order, Outcome(Case(3), 8, first.State))])).ShouldBeEmpty();
        (await states.LoadAsync([Order]))[Order].Writer.ShouldBe(8);
        (await states.StoreAsync("p", [new CaseWrite(Order, Outcome(Case(2), 7, CaseState.Absent))])).ShouldBe([Order]);
        (await states.ProgressAsync()).Single().OrderCount.ShouldBe(1);
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task A_lane_lists_the_orders_that_contribute_to_it_now(bool postgres) => RunAsync(postgres, async states =>
    {
        var cases = new Reference(Orders.Events(seed: 6, orders: 300)).Cases;
        await states.StoreAsync("p", [.. cases.Select(static item => new CaseWrite(item.Key, Outcome(item.Value, 7, CaseState.Absent)))]);
        var expected = cases.Values.Select(static @case => @case.Contribution()).OfType<LaneContribution>().ToLookup(static item => item.Lane);

        var lanes = await states.LanesAsync();

        lanes.ShouldBe(cases.Values.Select(static @case => @case.Lane).OfType<Lane>().Distinct().Order());
        foreach (var lane in lanes)
        {
            (await states.LoadLaneAsync(lane)).Select(static change => change.Contribution!.Value)
                .ShouldBe(expected[lane], ignoreOrder: true);
        }
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task Everything_is_read_in_the_order_of_the_ids_bytes(bool postgres) => RunAsync(postgres, async states =>
    {
        OrderId[] orders = [.. "b B a-1 a_1 ä Z 0 ~ aa A".Split(' ').Select(static text => OrderId.Parse(text))];
        await states.StoreAsync("p", [.. orders.Select(static order => new CaseWrite(order, Outcome(Case(1, order), 7, CaseState.Absent)))]);

        var read = new List<OrderId>();
        await foreach (var item in states.ReadAllAsync())
            read.Add(item.OrderId);

        read.ShouldBe(orders.Order());
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task Progress_never_goes_back_in_event_time(bool postgres) => RunAsync(postgres, async states =>
    {
        var at = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var life = await states.LifeAsync();
        await states.AdvanceAsync(new IngestProgress("p/0", 10, new EventTime(500), 1, at), 0, life);
        await states.AdvanceAsync(new IngestProgress("p/0", 20, new EventTime(400), 2, at), 10, life);
        await states.AdvanceAsync(new IngestProgress("p/0", 30, null, 3, at), 20, life);

        (await states.ProgressAsync()).ShouldBe([new IngestProgress("p/0", 30, new EventTime(500), 3, at)]);
    });

    [Theory, InlineData(false), InlineData(true)]
    public Task A_position_moves_only_from_where_it_stands_and_only_in_the_life_that_stored_the_effects(bool postgres) => RunAsync(postgres, async states =>
    {
        var life = await states.LifeAsync();
        IngestProgress To(long next) => new("p/0", next, new EventTime(1), 1, DateTimeOffset.UnixEpoch, TopicId: "one");

        (await states.AdvanceAsync(To(20), 10, life)).ShouldBe(new StorePosition(0, life), "nothing is stored below offset 10");
        (await states.AdvanceAsync(To(20), 0, life)).ShouldBe(new StorePosition(20, life));
        (await states.AdvanceAsync(To(15), 5, life)).ShouldBe(new StorePosition(20, life), "a batch that comes again moves nothing");
        (await states.AdvanceAsync(To(40), 30, life)).ShouldBe(new StorePosition(20, life), "what lies between is missing");

        await states.BeginLifeAsync(life);
        var next = await states.LifeAsync();
        next.ShouldNotBe(life);
        (await states.AdvanceAsync(To(30), 20, life)).ShouldBe(new StorePosition(20, next), "its effects may be gone");
        await states.BeginLifeAsync(life);
        (await states.LifeAsync()).ShouldBe(next, "that life has ended already");
        (await states.AdvanceAsync(To(30), 20, next)).ShouldBe(new StorePosition(30, next));
        (await states.ProgressAsync()).Single().TopicId.ShouldBe("one");
    });

    private static async Task RunAsync(bool postgres, Func<ICaseStates, Task> test)
    {
        if (!postgres)
        {
            await test(new MemoryCaseStates());
            return;
        }

        await using var database = await TestDatabase.CreateAsync();
        await test(new PostgresCaseStates(database.Source));
    }

    private static FulfillmentCase Case(int events, OrderId? order = null)
    {
        var @case = new FulfillmentCase(order ?? Order);
        for (int i = 0; i < events; i++)
            @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.HandedToCarrier, new EventTime(i), default, default, null, i == 0 ? """{"a":1}""" : null));
        return @case;
    }

    private static CaseOutcome Outcome(FulfillmentCase @case, long writer, CaseState basis) => new()
    {
        State = CaseState.Of(@case, [], writer),
        BaseVersion = basis.Version,
        BaseWriter = basis.Writer,
        Contribution = @case.Contribution(),
        Lane = @case.Lane?.Code,
    };
}
