using FsCheck;
using FsCheck.Fluent;
using static Eip.Domain.EventType;
using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

public sealed class FulfillmentCaseTests
{
    [Fact]
    public void A_card_shows_the_milestones_durations_and_lateness_of_its_events()
    {
        var card = Case(LateDelivery()).ToCard();
        card.CurrentStatus.ShouldBe(CaseStatus.Delivered);
        card.IsLate.ShouldBeTrue();
        card.OrderedAt.ShouldBe(EventTime.Parse("2018-03-01T10:00:00Z"));
        card.ApprovalSeconds.ShouldBe(2 * 3600);
        card.HandlingSeconds.ShouldBe(2 * 86_400);
        card.TransitSeconds.ShouldBe((18 * 86_400) + (22 * 3600));
        card.LeadTimeSeconds.ShouldBe(21 * 86_400);
        card.EventCount.ShouldBe(6);
        card.LastEventAt.ShouldBe(EventTime.Parse("2018-03-22T10:00:00Z"));
        card.Anomalies.ShouldBe(CaseAnomalies.None);
    }

    [Fact]
    public void The_status_is_the_first_of_the_contract_order_that_applies()
    {
        var folded = new FulfillmentCase(Order);
        var seen = new List<string>();
        foreach (var type in new[] { OrderPlaced, OrderApproved, WarehouseAssigned, HandedToCarrier, DeliveryDelayed, Delivered, OrderCancelled })
        {
            folded.Apply(Event(type, "2018-03-01T10:00:00Z"));
            seen.Add(folded.ToCard().CurrentStatus.Name());
        }

        seen.ShouldBe(["PLACED", "APPROVED", "ASSIGNED", "HANDED_OFF", "DELAYED", "DELIVERED", "CANCELLED"]);
    }

    [Fact]
    public void Only_the_judgement_of_tms_makes_an_order_late() =>
        Case(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(Delivered, "2018-04-22T10:00:00Z")).ToCard().IsLate.ShouldBeFalse();

    [Fact]
    public void A_negative_duration_is_absent_and_shows_as_an_anomaly()
    {
        var card = Case(
            Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(OrderApproved, "2018-03-05T00:00:00Z"),
            Event(HandedToCarrier, "2018-03-04T00:00:00Z"), Event(Delivered, "2018-03-03T00:00:00Z"), Event(OrderCancelled, "2018-03-06T00:00:00Z")).ToCard();
        card.HandlingSeconds.ShouldBeNull();
        card.TransitSeconds.ShouldBeNull();
        card.Anomalies.Names().ShouldBe(["HANDOFF_BEFORE_APPROVAL", "DELIVERY_BEFORE_HANDOFF", "DELIVERED_AND_CANCELLED"]);
    }

    [Fact]
    public void Missing_milestones_show_as_anomalies() =>
        Case(Event(OrderPlaced, "2018-03-01T10:00:00Z"), Event(Delivered, "2018-03-03T00:00:00Z")).ToCard().Anomalies.Names()
            .ShouldBe(["MISSING_APPROVAL", "MISSING_HANDOFF"]);

    [Fact]
    public void One_type_at_two_times_is_an_anomaly_and_the_earliest_counts()
    {
        var card = Case(Event(OrderPlaced, "2018-03-02T10:00:00Z"), Event(OrderPlaced, "2018-03-01T10:00:00Z")).ToCard();
        card.Anomalies.ShouldBe(CaseAnomalies.RepeatedMilestone);
        card.OrderedAt.ShouldBe(EventTime.Parse("2018-03-01T10:00:00Z"));
    }

    [Fact]
    public void Promise_and_regions_are_the_last_that_are_known()
    {
        var card = Case(
            Event(OrderPlaced, "2018-03-01T10:00:00Z", seller: "SP", customer: "RJ", estimated: "2018-03-20T00:00:00Z"),
            Event(OrderApproved, "2018-03-02T10:00:00Z", seller: "MG", customer: null, estimated: "2018-03-25T00:00:00Z"),
            Event(HandedToCarrier, "2018-03-03T10:00:00Z", seller: null, customer: null, estimated: null)).ToCard();
        (card.SellerRegion.Text, card.CustomerRegion.Text).ShouldBe(("MG", "RJ"));
        card.EstimatedDeliveryAt.ShouldBe(EventTime.Parse("2018-03-25T00:00:00Z"));
    }

    [Fact]
    public void Of_two_events_in_one_second_the_greater_event_id_decides()
    {
        var approved = Event(OrderApproved, "2018-03-02T10:00:00Z", seller: "MG");
        var assigned = Event(WarehouseAssigned, "2018-03-02T10:00:00Z", seller: "SP");
        string expected = (approved.Id.CompareTo(assigned.Id) > 0 ? approved : assigned).SellerRegion.Text!;
        Case(approved, assigned).ToCard().SellerRegion.Text.ShouldBe(expected);
        Case(assigned, approved).ToCard().SellerRegion.Text.ShouldBe(expected);
    }

    [Fact]
    public void A_known_event_changes_nothing_and_a_fuller_copy_of_it_adds_what_was_missing()
    {
        var folded = Case(Event(OrderPlaced, "2018-03-01T10:00:00Z", seller: null));
        folded.Apply(Event(OrderPlaced, "2018-03-01T10:00:00Z", seller: null)).ShouldBeFalse();
        folded.Version.ShouldBe(1);
        folded.Apply(Event(OrderPlaced, "2018-03-01T10:00:00Z", seller: "SP")).ShouldBeTrue();
        folded.EventCount.ShouldBe(1);
        folded.Version.ShouldBe(2);
        folded.ToCard().SellerRegion.Text.ShouldBe("SP");
    }

    [Fact]
    public void Of_two_contents_of_one_event_the_greater_known_value_holds_field_by_field()
    {
        var low = Event(OrderPlaced, "2018-03-01T10:00:00Z", "MG", "RJ", "2018-03-20T00:00:00Z") with { PayloadExtras = """{"a":1}""" };
        var high = Event(OrderPlaced, "2018-03-01T10:00:00Z", "SP", "BA", "2018-03-22T00:00:00Z") with { PayloadExtras = """{"a":2}""" };
        var bare = Event(OrderPlaced, "2018-03-01T10:00:00Z", null, null, null);
        var expected = Event(OrderPlaced, "2018-03-01T10:00:00Z", "SP", "RJ", "2018-03-22T00:00:00Z") with { PayloadExtras = """{"a":2}""" };
        foreach (FulfillmentEvent[] arrival in new FulfillmentEvent[][] { [low, high, bare], [high, low, bare], [bare, high, low], [bare, low, high] })
            Case(arrival).ToTimeline().ShouldHaveSingleItem().ShouldBe(expected);
    }

    [Fact]
    public void An_event_of_another_order_is_refused_and_both_are_named()
    {
        var refusal = Should.Throw<ArgumentException>(() => new FulfillmentCase(OrderId.Parse("another")).Apply(Event(OrderPlaced, "2018-03-01T10:00:00Z")));
        refusal.Message.ShouldContain("another");
        refusal.Message.ShouldContain(Order.ToString());
    }

    [Fact]
    public void Of_two_events_of_one_second_the_one_that_knows_a_promise_says_it_whichever_id_is_greater()
    {
        for (int i = 0; i < 16; i++)
        {
            var order = OrderId.Parse($"order-{i}");
            Case(Event(OrderPlaced, "2018-03-01T10:00:00Z", order: order), Event(OrderApproved, "2018-03-01T10:00:00Z", estimated: null, order: order))
                .ToCard().EstimatedDeliveryAt.ShouldBe(EventTime.Parse("2018-03-20T00:00:00Z"), order.ToString());
        }
    }

    [Fact]
    public void A_case_without_events_has_a_card_that_knows_nothing()
    {
        var card = new FulfillmentCase(Order).ToCard();
        (card.EventCount, card.OrderedAt, card.EstimatedDeliveryAt, card.Lane).ShouldBe((0, null, null, null));
    }

    [Fact]
    public void Milestones_differ_when_one_of_their_times_does()
    {
        var times = new MilestoneTimes();
        times.Observe(OrderPlaced, EventTime.MinValue);
        var others = times;
        (times == others).ShouldBeTrue();
        (times != others).ShouldBeFalse();
        others.Observe(WarehouseAssigned, EventTime.MinValue);
        (times != others).ShouldBeTrue();
    }

    [Fact]
    public void There_is_no_event_before_the_first_and_none_after_the_last()
    {
        var folded = Case(LateDelivery());
        Should.Throw<ArgumentOutOfRangeException>(() => folded[folded.EventCount]);
        Should.Throw<ArgumentOutOfRangeException>(() => folded[-1]);
    }

    [Fact]
    public void The_timeline_is_in_time_then_lifecycle_order()
    {
        var history = LateDelivery();
        Case([.. history.Reverse()]).ToTimeline().ShouldBe(history);
    }

    [Fact]
    public void Arrival_order_and_repetition_never_matter() => Prop.ForAll(
        Histories.Shuffled.ToArbitrary(),
        sample =>
        {
            var straight = Case(sample.History);
            var shuffled = Case(sample.Arrival);
            return Rows(straight) == Rows(shuffled) && straight.Contribution() == shuffled.Contribution() && straight.EventCount == shuffled.EventCount;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_case_restored_from_its_timeline_is_the_same_case() => Prop.ForAll(
        Histories.Shuffled.ToArbitrary(),
        sample =>
        {
            var folded = Case(sample.Arrival);
            var restored = FulfillmentCase.Restore(folded.OrderId, folded.ToTimeline(), folded.Version);
            return Rows(folded) == Rows(restored) && restored.Version == folded.Version;
        }).QuickCheckThrowOnFailure();

    private static string Rows(FulfillmentCase folded)
    {
        var rows = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalCsv.Write(rows, folded.ToCard());
        foreach (var @event in folded.ToTimeline())
            CanonicalCsv.Write(rows, @event);
        return System.Text.Encoding.UTF8.GetString(rows.WrittenSpan);
    }
}
