using FsCheck;
using FsCheck.Fluent;
using static Eip.Domain.EventType;
using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

public sealed class LaneLedgerTests
{
    private static readonly Lane SpRj = new(Region.Parse("SP"), Region.Parse("RJ"));

    [Fact]
    public void A_late_delivery_counts_as_breach_on_one_day_and_as_late_sample_on_another()
    {
        var network = Network(Case(LateDelivery()));
        var rows = network.ToRouteStats();
        rows.Select(row => (row.StatDate, row.Lane)).ShouldBe([(new DateOnly(2018, 3, 20), SpRj), (new DateOnly(2018, 3, 22), SpRj)]);
        rows[0].Kpis.ShouldBe(new LaneKpis(0, null, null, null, 0, null, null, null, 1, 0, 1, 0, 0m));
        rows[1].Kpis.ShouldBe(new LaneKpis(1, 504m, 504m, 504m, 1, 1m, 48m, 454m, 0, 0, 0, 0, null));
    }

    [Fact]
    public void A_cancelled_order_counts_once_on_the_day_of_its_cancellation_and_nowhere_else()
    {
        var rows = Network(Case([.. LateDelivery(), Event(OrderCancelled, "2018-03-25T00:00:00Z")])).ToRouteStats();
        rows.Single().ShouldBe(new RouteStats(new DateOnly(2018, 3, 25), SpRj, new LaneKpis(0, null, null, null, 0, null, null, null, 0, 1, 0, 0, null)));
    }

    [Fact]
    public void An_order_without_a_region_is_in_no_lane() =>
        Case(Event(OrderPlaced, "2018-03-01T10:00:00Z", seller: null), Event(Delivered, "2018-03-02T10:00:00Z", seller: null)).Contribution().ShouldBeNull();

    [Fact]
    public void A_delivery_before_its_order_gives_no_sample() =>
        Case(Event(OrderPlaced, "2018-03-03T10:00:00Z"), Event(Delivered, "2018-03-02T10:00:00Z")).Contribution()!.Value.Sample.ShouldBeNull();

    [Theory]
    [InlineData(1, 32, "0.0313")]
    [InlineData(1, 3, "0.3333")]
    [InlineData(2, 3, "0.6667")]
    [InlineData(1, 20000, "0.0001")]
    [InlineData(1, 20001, "0.0000")]
    public void Quotients_are_rounded_half_up_to_four_decimals(int dividend, int divisor, string expected) =>
        Rounding.Quotient(dividend, divisor)!.Value.ToString().ShouldBe(expected);

    [Theory]
    [InlineData(50, 1, 1)]
    [InlineData(50, 2, 1)]
    [InlineData(50, 3, 2)]
    [InlineData(95, 19, 19)]
    [InlineData(95, 20, 19)]
    [InlineData(95, 21, 20)]
    [InlineData(95, 100, 95)]
    public void Percentiles_are_by_nearest_rank(int percent, int count, long expected) =>
        KpiAccumulator.NearestRank([.. Enumerable.Range(1, count).Select(i => (long)i)], percent).ShouldBe(expected);

    [Fact]
    public void Rolling_figures_are_those_of_the_samples_of_the_last_days()
    {
        var ledger = new LaneLedger(SpRj);
        for (int day = 1; day <= 40; day++)
            ledger.Replace(null, new LaneContribution(SpRj, null, null, null, new LaneSample(day, day * 3600, null, null, false)));
        ledger.Over(40, 7).ShouldBe(new LaneKpis(7, 37m, 37m, 40m, 0, 0m, null, null, 0, 0, 0, 0, null));
        ledger.Over(40, 90).SampleCount.ShouldBe(40);
        ledger.Over(33, 30).P50LeadTimeHours.ShouldBe(18m);
    }

    [Fact]
    public void Taking_back_what_was_never_added_is_a_defect_that_shows() =>
        Should.Throw<InvalidOperationException>(() => new KpiAccumulator().Remove(new LaneSample(1, 5, null, null, false))).Message.ShouldContain("5 s");

    [Fact]
    public void Figures_that_follow_every_change_of_every_case_equal_those_of_the_final_cases() => Prop.ForAll(
        (from arrivals in Histories.Of(OrderId.Parse("a")).Zip(Histories.Of(OrderId.Parse("b")))
         from mixed in Gen.Shuffle(arrivals.Item1.Concat(arrivals.Item2).ToArray())
         select mixed).ToArbitrary(),
        arrival =>
        {
            var cases = new Dictionary<OrderId, FulfillmentCase>();
            var incremental = new NetworkLedger();
            foreach (var @event in arrival)
            {
                if (!cases.TryGetValue(@event.OrderId, out var folded))
                    cases.Add(@event.OrderId, folded = new FulfillmentCase(@event.OrderId));
                var before = folded.Contribution();
                bool keeps = folded.SurelyKeepsContribution(@event);
                folded.Apply(@event);
                if (keeps && folded.Contribution() != before)
                    return false;
                incremental.Replace(before, folded.Contribution());
            }

            return incremental.ToRouteStats().SequenceEqual(Network([.. cases.Values]).ToRouteStats());
        }).QuickCheckThrowOnFailure();

    private static NetworkLedger Network(params FulfillmentCase[] cases)
    {
        var network = new NetworkLedger();
        foreach (var folded in cases)
            network.Replace(null, folded.Contribution());
        return network;
    }
}
