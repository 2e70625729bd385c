using static Eip.Domain.EventType;
using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

public sealed class CaseProgressTests
{
    [Fact]
    public void An_open_order_waits_in_the_step_after_the_last_that_was_done_since_that_was_done()
    {
        FulfillmentEvent[] history = LateDelivery();
        Progress(history[..1]).ShouldBe(new CaseProgress(OpenStep.Approval, history[0].EventAt));
        Progress(history[..2]).ShouldBe(new CaseProgress(OpenStep.Handling, history[1].EventAt));
        Progress(history[..3]).ShouldBe(new CaseProgress(OpenStep.Handling, history[1].EventAt), "a warehouse that is assigned has not handed over");
        Progress(history[..4]).ShouldBe(new CaseProgress(OpenStep.Transit, history[3].EventAt));
        Progress(history[..5]).ShouldBe(new CaseProgress(OpenStep.Transit, history[3].EventAt), "late or not, it is under way");
    }

    [Fact]
    public void A_settled_order_waits_for_nothing()
    {
        Progress(LateDelivery()).ShouldBe(default);
        Progress([LateDelivery()[0], Event(OrderCancelled, "2018-03-02T10:00:00Z")]).ShouldBe(default);
        Progress([LateDelivery()[4]]).ShouldBe(default, "nor does one that was never placed");
    }

    [Fact]
    public void Statuses_and_anomalies_are_read_by_the_names_that_they_are_written_with()
    {
        foreach (var status in CaseNames.AllStatuses)
        {
            CaseNames.TryParse(status.Name(), out CaseStatus read).ShouldBeTrue();
            read.ShouldBe(status);
        }

        CaseNames.AllAnomalies.Count.ShouldBe(6);
        foreach (var anomaly in CaseNames.AllAnomalies)
        {
            CaseNames.TryParse(anomaly.Names().ShouldHaveSingleItem(), out CaseAnomalies read).ShouldBeTrue();
            read.ShouldBe(anomaly);
        }

        CaseNames.TryParse("", out CaseStatus _).ShouldBeFalse();
        CaseNames.TryParse("LOST", out CaseStatus _).ShouldBeFalse();
        CaseNames.TryParse("LOST", out CaseAnomalies none).ShouldBeFalse();
        none.ShouldBe(CaseAnomalies.None);
    }

    [Fact]
    public void A_variant_names_the_events_of_a_timeline_in_its_order() =>
        CaseVariant.Of(LateDelivery()).ShouldBe("ORDER_PLACED>ORDER_APPROVED>WAREHOUSE_ASSIGNED>HANDED_TO_CARRIER>DELIVERY_DELAYED>DELIVERED");

    private static CaseProgress Progress(FulfillmentEvent[] events) => CaseProgress.Of(Case(events).ToCard());
}
