using FsCheck;
using FsCheck.Fluent;

namespace Eip.Domain.Tests;

/// <summary>Generated histories of one order, with times and contents close enough together to collide.</summary>
internal static class Histories
{
    private static readonly Region[] Regions = [Region.Unknown, Region.Parse("SP"), Region.Parse("RJ"), Region.Parse("MG")];

    public static Gen<FulfillmentEvent[]> Of(OrderId order) =>
        (from type in Gen.Elements(EventTypes.All.ToArray())
         from hours in Gen.Choose(0, 72)
         from seller in Gen.Elements(Regions)
         from customer in Gen.Elements(Regions)
         from estimated in Gen.Choose(-1, 3)
         from extras in Gen.Elements(null, """{"reason":"canceled"}""", """{"reason":"unavailable"}""")
         select new FulfillmentEvent(
             order, type, EventTime.Parse("2018-03-01T00:00:00Z") + (hours * 3600), seller, customer,
             estimated < 0 ? null : EventTime.Parse("2018-03-02T00:00:00Z") + (estimated * 86_400), extras))
        .NonEmptyListOf().Select(events => events.ToArray());

    /// <summary>A history, and the same events in another order with repetitions.</summary>
    public static Gen<(FulfillmentEvent[] History, FulfillmentEvent[] Arrival)> Shuffled =>
        from history in Of(Sample.Order)
        from repeated in Gen.SubListOf(history)
        from arrival in Gen.Shuffle(history.Concat(repeated).ToArray())
        select (history, arrival);
}
