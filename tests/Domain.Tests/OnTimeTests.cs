using static Eip.Domain.EventType;
using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

/// <summary>The on-time rate of fulfillment-v1 §4: by promise, not by delivery.</summary>
public sealed class OnTimeTests
{
    private static readonly DateOnly PromisedDay = new(2018, 3, 20);

    [Fact]
    public void A_promise_that_is_delivered_on_its_last_second_is_kept_on_the_promised_day_whenever_it_came() =>
        Promise(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(Delivered, "2018-03-20T23:59:59Z")).ShouldBe(new LanePromise(PromisedDay.DayNumber, true));

    [Fact]
    public void An_open_order_holds_its_promise_not_kept_from_its_first_event_on_though_the_day_is_to_come() =>
        Promise(Event(OrderPlaced, "2018-03-01T10:00:00Z")).ShouldBe(new LanePromise(PromisedDay.DayNumber, false));

    [Fact]
    public void A_late_delivery_does_not_keep_its_promise() => Promise(LateDelivery()).ShouldBe(new LanePromise(PromisedDay.DayNumber, false));

    [Fact]
    public void Only_tms_breaks_a_promise() =>
        Promise(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(Delivered, "2018-05-01T00:00:00Z")).ShouldBe(new LanePromise(PromisedDay.DayNumber, true));

    [Fact]
    public void A_delivery_whose_order_is_not_known_keeps_its_promise_and_is_no_sample()
    {
        var contribution = Case(Event(Delivered, "2018-03-02T10:00:00Z")).Contribution()!.Value;
        contribution.Promise.ShouldBe(new LanePromise(PromisedDay.DayNumber, true));
        contribution.Sample.ShouldBeNull();
    }

    [Fact]
    public void A_cancelled_order_and_one_without_a_promise_promise_nothing()
    {
        Promise(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(OrderCancelled, "2018-03-02T10:00:00Z")).ShouldBeNull();
        Case(Event(OrderPlaced, "2018-03-01T10:00:00Z", estimated: null)).Contribution().ShouldBeNull();
    }

    [Fact]
    public void What_is_overdue_and_open_lowers_the_on_time_rate_and_not_the_late_rate()
    {
        var network = new NetworkLedger();
        network.Replace(null, Case(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(Delivered, "2018-03-05T10:00:00Z")).Contribution());
        network.Replace(null, Case(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(DeliveryDelayed, "2018-03-20T23:59:59Z")).Contribution());
        network.Replace(null, Case(Event(OrderPlaced, "2018-03-01T10:00:00Z")).Contribution());
        var kpis = network.Over(PromisedDay.DayNumber, 90);
        (kpis.SampleCount, kpis.LateCount, kpis.LateRate).ShouldBe((1, 0, 0m));
        (kpis.PromisedCount, kpis.KeptCount, kpis.OnTimeRate).ShouldBe((3, 1, 0.3333m));
    }

    [Fact]
    public void A_window_that_ends_before_the_promised_day_does_not_hold_its_promise()
    {
        var network = new NetworkLedger();
        network.Replace(null, Case(Event(OrderPlaced, "2018-03-01T10:00:00Z")).Contribution());
        network.Over(PromisedDay.DayNumber - 1, 90).ShouldBe(new KpiAccumulator().ToKpis());
        network.Over(PromisedDay.DayNumber - 1, 90).OnTimeRate.ShouldBeNull();
    }

    [Fact]
    public void A_promise_that_is_moved_counts_on_its_new_day_alone()
    {
        var network = new NetworkLedger();
        var order = Case(Event(OrderPlaced, "2018-03-01T10:00:00Z"));
        network.Replace(null, order.Contribution());
        var before = order.Contribution();
        order.Apply(Event(OrderApproved, "2018-03-02T10:00:00Z", estimated: "2018-03-25T18:00:00Z"));
        network.Replace(before, order.Contribution());
        var row = network.ToRouteStats().ShouldHaveSingleItem();
        (row.StatDate, row.Kpis.PromisedCount, row.Kpis.KeptCount, row.Kpis.OnTimeRate).ShouldBe((new DateOnly(2018, 3, 25), 1, 0, 0m));
    }

    private static LanePromise? Promise(params FulfillmentEvent[] events) => Case(events).Contribution()!.Value.Promise;
}
