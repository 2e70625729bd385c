using Eip.Domain;
using static Eip.Domain.EventType;

namespace Eip.Simulator.Tests.Olist;

public sealed class DerivationTests : IDisposable
{
    private const string Late = "2018-12-31 00:00:00";
    private readonly DataSetFixture data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_delivered_order_gives_its_five_events_in_lifecycle_order()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00", "2018-01-02 12:00:00", "2018-01-05 13:00:00", "2018-01-10 00:00:00").Item("a");
        var events = data.Events();
        events.Select(static e => (e.Type, e.EventAt.ToString())).ShouldBe(
        [
            (OrderPlaced, "2018-01-01T10:00:00Z"), (OrderApproved, "2018-01-01T11:00:00Z"), (WarehouseAssigned, "2018-01-01T11:00:00Z"),
            (HandedToCarrier, "2018-01-02T12:00:00Z"), (Delivered, "2018-01-05T13:00:00Z"),
        ]);
        foreach (var e in events)
        {
            e.OrderId.ToString().ShouldBe("a");
            e.SellerRegion.Text.ShouldBe("SP");
            e.CustomerRegion.Text.ShouldBe("MG");
            e.EstimatedDeliveryAt?.ToString().ShouldBe("2018-01-10T00:00:00Z");
            e.PayloadExtras.ShouldBeNull();
        }
    }

    [Fact]
    public void The_warehouse_is_the_seller_of_the_item_with_the_lowest_number_wherever_it_stands()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00").Item("a", "10", "s-sp").Item("a", "2", "s-rj").Item("a", "3", "s-sp");
        data.Events().ShouldAllBe(static e => e.SellerRegion.Text == "RJ");
    }

    [Fact]
    public void An_order_without_items_has_no_seller_region_and_no_warehouse()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00", "2018-01-02 12:00:00");
        var events = data.Events();
        events.ShouldNotContain(static e => e.Type == WarehouseAssigned);
        events.ShouldAllBe(static e => !e.SellerRegion.IsKnown);
    }

    [Fact]
    public void A_warehouse_is_assigned_at_purchase_when_an_order_was_handed_over_but_never_approved()
    {
        data.Order("a", "2018-01-01 10:00:00", carrier: "2018-01-02 12:00:00").Item("a");
        data.Events().Select(static e => (e.Type, e.EventAt.ToString())).ShouldBe(
            [(OrderPlaced, "2018-01-01T10:00:00Z"), (WarehouseAssigned, "2018-01-01T10:00:00Z"), (HandedToCarrier, "2018-01-02T12:00:00Z")]);
    }

    [Fact]
    public void No_warehouse_is_assigned_to_an_order_that_was_neither_approved_nor_handed_over()
    {
        data.Order("a", "2018-01-01 10:00:00", delivered: "2018-01-03 12:00:00").Item("a");
        data.Events().Select(static e => e.Type).ShouldBe([OrderPlaced, Delivered]);
    }

    [Theory]
    [InlineData("canceled")]
    [InlineData("unavailable")]
    public void A_cancellation_is_inferred_at_the_latest_known_time(string status)
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-04 11:00:00", "2018-01-02 12:00:00", status: status);
        var cancelled = data.Events()[^1];
        cancelled.Type.ShouldBe(OrderCancelled);
        cancelled.EventAt.ToString().ShouldBe("2018-01-04T11:00:00Z");
        cancelled.PayloadExtras.ShouldBe($$"""{"inferred":true,"reason":"{{status}}"}""");
    }

    [Theory]
    [InlineData("2018-01-10 23:59:59", "", "delivered", false, "delivered in the last second of the promised day")]
    [InlineData("2018-01-11 00:00:00", "", "delivered", true, "delivered a second later")]
    [InlineData("", "", "shipped", true, "never delivered")]
    [InlineData("", "2018-01-10 23:59:59", "canceled", false, "cancelled in the last second of the promised day")]
    [InlineData("", "2018-01-11 00:00:00", "canceled", true, "cancelled a second later")]
    [InlineData("2018-01-11 00:00:00", "", "canceled", true, "cancelled after a late delivery")]
    public void An_order_is_delayed_when_it_is_neither_delivered_nor_cancelled_by_its_deadline(
        string delivered, string carrier, string status, bool delayed, string why)
    {
        data.Order("a", "2018-01-01 10:00:00", carrier: carrier, delivered: delivered, estimated: "2018-01-10 00:00:00", status: status);
        data.Order("horizon", "2018-12-31 00:00:00");
        var delays = data.Events().Where(static e => e.Type == DeliveryDelayed).ToArray();
        delays.Length.ShouldBe(delayed ? 1 : 0, why);
        delays.ShouldAllBe(static e => e.EventAt.ToString() == "2018-01-10T23:59:59Z");
    }

    [Theory]
    [InlineData("2018-01-10 18:00:00", false)]
    [InlineData("2018-01-10 18:00:01", true)]
    public void A_promise_of_a_moment_is_its_own_deadline(string delivered, bool delayed)
    {
        data.Order("a", "2018-01-01 10:00:00", delivered: delivered, estimated: "2018-01-10 18:00:00").Order("horizon", "2018-12-31 00:00:00");
        data.Events().Where(static e => e.Type == DeliveryDelayed).Select(static e => e.EventAt.ToString())
            .ShouldBe(delayed ? ["2018-01-10T18:00:00Z"] : []);
    }

    [Theory]
    [InlineData("2018-01-10 23:59:59", true)]
    [InlineData("2018-01-10 23:59:58", false)]
    public void A_deadline_after_the_horizon_is_not_judged(string horizon, bool judged)
    {
        data.Order("a", "2018-01-01 10:00:00", estimated: "2018-01-10 00:00:00").Order("b", horizon, estimated: Late);
        data.Events().Count(static e => e.Type == DeliveryDelayed).ShouldBe(judged ? 1 : 0);
    }

    [Fact]
    public void The_horizon_is_that_of_the_whole_data_set_whatever_moment_a_backfill_goes_to()
    {
        data.Order("a", "2018-01-01 10:00:00", estimated: "2018-01-10 00:00:00").Order("b", "2018-01-20 00:00:00");
        data.Write().Read().Horizon?.ToString().ShouldBe("2018-01-20T00:00:00Z");
        data.Events(EventTime.Parse("2018-01-10T23:59:59Z")).Select(static e => e.Type).ShouldBe([OrderPlaced, DeliveryDelayed]);
        data.Events(EventTime.Parse("2018-01-10T23:59:58Z")).Select(static e => e.Type).ShouldBe([OrderPlaced]);
    }

    [Fact]
    public void Events_of_one_moment_come_by_order_id_and_then_by_rank()
    {
        const string Now = "2018-01-01 10:00:00";
        string low = new('1', 32), high = new('f', 32);
        data.Order(high, Now, Now, status: "canceled").Order("zz", Now).Order(low, Now, Now).Order("1", Now).Item(low).Item(high);
        data.Events().Select(static e => (e.OrderId.ToString(), e.Type)).ShouldBe(
        [
            ("1", OrderPlaced), (low, OrderPlaced), (low, OrderApproved), (low, WarehouseAssigned),
            (high, OrderPlaced), (high, OrderApproved), (high, WarehouseAssigned), (high, OrderCancelled), ("zz", OrderPlaced),
        ]);
    }

    [Fact]
    public void Times_that_lie_thousands_of_years_apart_are_sorted_as_well()
    {
        data.Order("b", "9999-12-31 23:59:59").Order("a", "0001-01-01 00:00:00", estimated: "2018-01-01 00:00:00").Order("c", "2018-01-01 00:00:00");
        data.Events().Select(static e => (e.OrderId.ToString(), e.EventAt.ToString())).ShouldBe(
            [("a", "0001-01-01T00:00:00Z"), ("c", "2018-01-01T00:00:00Z"), ("a", "2018-01-01T23:59:59Z"), ("b", "9999-12-31T23:59:59Z")]);
    }

    [Fact]
    public void Unknown_customers_and_sellers_leave_their_regions_unknown()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 10:00:00", customer: "nobody").Item("a", seller: "nobody").Order("b", "2018-01-02 10:00:00", customer: "");
        var events = data.Events();
        events.ShouldContain(static e => e.Type == WarehouseAssigned);
        events.ShouldAllBe(static e => !e.SellerRegion.IsKnown && !e.CustomerRegion.IsKnown);
    }

    [Fact]
    public void A_data_set_without_orders_has_no_history()
    {
        var history = data.Write().Read();
        history.Horizon.ShouldBeNull();
        history.EventCount.ShouldBe(0);
        history.Batches().ShouldBeEmpty();
    }
}
