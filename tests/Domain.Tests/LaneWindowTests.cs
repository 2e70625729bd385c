using static Eip.Domain.EventType;
using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

public sealed class LaneWindowTests
{
    private static readonly Lane SpRj = new(Region.Parse("SP"), Region.Parse("RJ"));

    [Theory]
    [InlineData(1, "a ledger with fewer days than the window")]
    [InlineData(40, "a ledger with more")]
    public void A_window_holds_its_first_and_its_last_day_and_neither_neighbour(int days, string why)
    {
        var ledger = new LaneLedger(SpRj);
        for (int i = 0; i < days; i++)
            ledger.Replace(null, new LaneContribution(SpRj, null, 1_000 + (i * 100), null, null));
        ledger.Over(999, 7).BreachCount.ShouldBe(0, why);
        ledger.Over(1_000, 7).BreachCount.ShouldBe(1, why);
        ledger.Over(1_006, 7).BreachCount.ShouldBe(1, why);
        ledger.Over(1_007, 7).BreachCount.ShouldBe(0, why);
    }

    [Fact]
    public void Figures_over_several_days_are_those_of_all_that_fell_on_them()
    {
        var ledger = new LaneLedger(SpRj);
        ledger.Replace(null, new LaneContribution(SpRj, null, 10, new LanePromise(10, false), new LaneSample(10, 7_200, 3_600, 3_600, true)));
        ledger.Replace(null, new LaneContribution(SpRj, null, 11, new LanePromise(11, false), new LaneSample(11, 14_400, 7_200, 10_800, true)));
        ledger.Replace(null, new LaneContribution(SpRj, null, null, new LanePromise(11, true), new LaneSample(12, 3_600, null, null, false)));
        ledger.Replace(null, new LaneContribution(SpRj, 11, null, null, null));
        ledger.Replace(null, new LaneContribution(SpRj, 12, null, null, null));
        ledger.Over(12, 7).ShouldBe(new LaneKpis(3, 2.3333m, 2m, 4m, 2, 0.6667m, 1.5m, 2m, 2, 2, 3, 1, 0.3333m));
    }

    [Fact]
    public void Two_halves_of_a_network_added_up_are_the_whole_and_say_which_days_changed()
    {
        FulfillmentCase[] cases =
        [
            Case(LateDelivery(OrderId.Parse("a"))), Case(LateDelivery(OrderId.Parse("b"))[..5]),
            Case(Event(OrderPlaced, "2018-03-01T10:00:00Z", "MG"), Event(OrderCancelled, "2018-03-04T10:00:00Z", "MG")),
        ];
        var whole = new NetworkLedger();
        NetworkLedger[] halves = [new(), new()];
        for (int i = 0; i < cases.Length; i++)
        {
            whole.Replace(null, cases[i].Contribution());
            halves[i % 2].Replace(null, cases[i].Contribution());
        }

        var sum = new NetworkLedger();
        sum.AddAll(halves[0]);
        sum.AddAll(halves[1]);
        sum.ToRouteStats().ShouldBe(whole.ToRouteStats());
        sum.Over(EventTime.Parse("2018-03-22T00:00:00Z").DayNumber, 30).ShouldBe(whole.Over(EventTime.Parse("2018-03-22T00:00:00Z").DayNumber, 30));
        sum.Find(SpRj)!.ChangedDays.ShouldBe(whole.Find(SpRj)!.ChangedDays, ignoreOrder: true);
        sum.Find(new Lane(Region.Parse("RJ"), Region.Parse("SP"))).ShouldBeNull();
    }

    [Fact]
    public void A_day_that_lost_its_last_contribution_has_changed_and_has_nothing_to_report()
    {
        var ledger = new LaneLedger(SpRj);
        var contribution = new LaneContribution(SpRj, null, 10, new LanePromise(11, false), new LaneSample(12, 60, null, null, true));
        ledger.Replace(null, contribution);
        ledger.ChangedDays.ShouldBe([10, 11, 12], ignoreOrder: true);
        ledger.ClearChanges();
        ledger.Replace(contribution, contribution);
        ledger.ChangedDays.ShouldBeEmpty("nothing changed");
        ledger.Replace(contribution, null);
        ledger.ChangedDays.ShouldBe([10, 11, 12], ignoreOrder: true);
        ledger.Days.ShouldBeEmpty();
        ledger.On(12).ShouldBeNull();
    }

    [Fact]
    public void Quotients_beyond_any_machine_word_are_exact()
    {
        Rounding.Quotient((Int128)1 << 40, 1).ShouldBe(1_099_511_627_776m);
        Rounding.Quotient((Int128)1 << 70, 3).ShouldBe(393_530_540_239_137_101_141.3333m);
        Rounding.Quotient(5, 0).ShouldBeNull();
    }

    [Fact]
    public void Most_events_of_an_order_say_at_once_that_its_lane_stays_as_it_is()
    {
        var placed = Event(OrderPlaced, "2018-03-01T10:00:00Z");
        var order = Case(placed);
        order.SurelyKeepsContribution(Event(HandedToCarrier, "2018-03-02T10:00:00Z")).ShouldBeTrue();
        order.SurelyKeepsContribution(placed).ShouldBeTrue("it is known");
        order.SurelyKeepsContribution(Event(HandedToCarrier, "2018-03-02T10:00:00Z", seller: "MG")).ShouldBeFalse("the lane may be another");
        order.SurelyKeepsContribution(Event(HandedToCarrier, "2018-03-02T10:00:00Z", customer: "MG")).ShouldBeFalse("the lane may be another");
        order.SurelyKeepsContribution(Event(HandedToCarrier, "2018-03-02T10:00:00Z", estimated: null)).ShouldBeFalse("it says another promise");
        foreach (var outcome in new[] { Delivered, DeliveryDelayed, OrderCancelled })
        {
            order.SurelyKeepsContribution(Event(outcome, "2018-03-02T10:00:00Z")).ShouldBeFalse();
            Case(Event(outcome, "2018-03-02T10:00:00Z")).SurelyKeepsContribution(placed).ShouldBeFalse("its times count now");
        }

        new FulfillmentCase(placed.OrderId).SurelyKeepsContribution(placed).ShouldBeFalse("it is the first");
    }
}
