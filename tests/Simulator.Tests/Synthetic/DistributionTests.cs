using Eip.Domain;
using Eip.Simulator.Synthetic;

namespace Eip.Simulator.Tests.Synthetic;

public sealed class DistributionTests
{
    [Fact]
    public void Quantiles_are_straight_between_the_places_that_are_given()
    {
        var quantiles = new Quantiles([0, 500, 900, 1000], [10, 20, 20, 120], unit: 2);
        quantiles.At(0).ShouldBe(20);
        quantiles.At(1u << 30).ShouldBe(30);
        quantiles.At(1u << 31).ShouldBe(40);
        quantiles.At((uint)(0.8 * uint.MaxValue)).ShouldBe(40);
        quantiles.At(uint.MaxValue).ShouldBe(239);
    }

    [Fact]
    public void Quantiles_need_a_value_at_each_place() =>
        Should.Throw<ArgumentException>(() => new Quantiles([0, 1000], [1]));

    [Fact]
    public void Weights_decide_how_often_a_thing_is_chosen()
    {
        var weighted = new Weighted(1, 0, 3);
        var random = new OrderRandom(5, 0);
        int[] chosen = new int[3];
        for (int i = 0; i < 40_000; i++)
            chosen[weighted.Next(ref random)]++;
        chosen[1].ShouldBe(0);
        (chosen[2] / 40_000.0).ShouldBe(0.75, 0.01);
    }

    [Fact]
    public void Purchases_never_go_back_in_time_and_fill_the_span()
    {
        var calendar = new Calendar();
        const int Orders = 200_000;
        long last = long.MinValue;
        for (int i = 0; i < Orders; i++)
        {
            var random = new OrderRandom(9, i);
            long now = calendar.PurchaseTime(i, Orders, ref random);
            now.ShouldBeGreaterThanOrEqualTo(last);
            if (i == 0)
                new EventTime(now).ToString().ShouldStartWith("2016-09");
            last = now;
        }

        new EventTime(last).ToString().ShouldStartWith("2018-10-16");
    }

    [Fact]
    public void Weekdays_count_from_Monday() =>
        Calendar.Weekday(EventTime.Parse("2018-01-01T12:00:00Z").UnixSeconds).ShouldBe(0);

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1_000_000)]
    public void Every_seller_lives_in_a_state_that_sells(long orders)
    {
        var pool = new SellerPool(orders);
        for (int seller = 0; seller < pool.Count; seller++)
            States.All[pool.StateOf(seller)].Sold.ShouldBeGreaterThan(0);
        var random = new OrderRandom(1, 1);
        for (int state = 0; state < States.All.Length; state++)
        {
            if (pool.SellsFrom(state))
                pool.StateOf(pool.Next(state, ref random)).ShouldBe(state);
        }
    }
}
