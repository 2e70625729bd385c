namespace Eip.Domain.Tests;

public sealed class EventTypeTests
{
    [Fact]
    public void The_numbers_of_the_types_are_frozen() => EventTypes.All.Select(static type => $"{(int)type} {type.Name()} {type.Source().Name()}").ShouldBe(
    [
        "1 ORDER_PLACED OMS", "2 ORDER_APPROVED OMS", "3 WAREHOUSE_ASSIGNED WMS", "4 HANDED_TO_CARRIER TMS", "5 DELIVERED TMS", "6 DELIVERY_DELAYED TMS",
        "7 ORDER_CANCELLED OMS",
    ]);

    [Fact]
    public void Numbers_leave_no_gap_so_that_tables_can_be_indexed_by_them() =>
        EventTypes.All.Select(static type => (int)type).ShouldBe(Enumerable.Range(1, EventTypes.All.Count));

    [Fact]
    public void Every_type_is_read_by_its_name_and_by_no_other_but_the_alias_of_a_delay()
    {
        foreach (var type in EventTypes.All)
        {
            type.IsDefined().ShouldBeTrue();
            EventTypes.TryParse(type.Name(), out var read).ShouldBeTrue();
            read.ShouldBe(type);
            EventTypes.TryParse(type.Name().ToLowerInvariant(), out _).ShouldBeFalse();
        }

        EventTypes.TryParse("LATE_DETECTED", out var delayed).ShouldBeTrue();
        delayed.ShouldBe(EventType.DeliveryDelayed);
        EventTypes.TryParse("", out _).ShouldBeFalse("the empty name is nobody's");
        EventTypes.TryParse("ORDER_PLACED ", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_number_that_is_no_types_has_no_meaning_and_no_owner()
    {
        EventType[] unknown = [default, (EventType)(EventTypes.All.Count + 1), (EventType)byte.MaxValue];
        unknown.ShouldAllBe(static type => !type.IsDefined());
        foreach (var type in unknown)
            Should.Throw<ArgumentOutOfRangeException>(() => type.Source());
    }

    [Fact]
    public void A_type_that_is_no_milestone_stands_in_the_timeline_alone_however_often_it_comes()
    {
        const EventType Later = (EventType)33;
        var plain = Sample.Case(Sample.LateDelivery()).ToCard();
        var card = Sample.Case([.. Sample.LateDelivery(), Sample.Event(Later, "2018-03-05T10:00:00Z"), Sample.Event(Later, "2018-03-06T10:00:00Z")]).ToCard();
        card.EventCount.ShouldBe(plain.EventCount + 2);
        (card.CurrentStatus, card.Anomalies, card.OrderedAt, card.DeliveredAt).ShouldBe((plain.CurrentStatus, plain.Anomalies, plain.OrderedAt, plain.DeliveredAt));
    }
}
