using Eip.Domain;
using Eip.Grains.Abstractions;

namespace Eip.Grains.Tests;

public sealed class EventPackingTests
{
    [Fact]
    public void Every_type_is_kept_between_silos_and_in_a_stored_case()
    {
        var order = OrderId.Parse("a");
        FulfillmentEvent[] events = [.. EventTypes.All.Select(type => new FulfillmentEvent(order, type, EventTime.MinValue, Region.Unknown, Region.Unknown, null))];
        var folded = new FulfillmentCase(order);
        foreach (var @event in events)
            folded.Apply(@event);

        EventPacking.Unpack(EventPacking.Pack(events)).ShouldBe(events);
        CaseState.Of(folded, [], writer: 1).Restore(order, out _).ToTimeline().ShouldBe(events);
    }
}
