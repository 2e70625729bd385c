using System.Text;
using Eip.Domain;

namespace Eip.Tests.OpsApi;

/// <summary>Orders of our own making, the same for the same seed: every status, both regions known and not, odd histories too.</summary>
public static class Fixtures
{
    private static readonly string[] Regions = ["SP", "RJ", "MG", "BA"];

    /// <summary>An event.</summary>
    public static FulfillmentEvent Event(string orderId, EventType type, string at, string? seller = "SP", string? customer = "RJ", string? promise = "2018-06-20T00:00:00Z") => new(
        OrderId.Parse(orderId), type, EventTime.Parse(at), Region(seller), Region(customer), promise is null ? null : EventTime.Parse(promise));

    /// <summary>An id of thirty-two hexadecimal digits.</summary>
    public static string HexId(int number) => number.ToString("x8") + "00112233445566778899aabb";

    /// <summary>The events of some orders, in emission order.</summary>
    public static FulfillmentEvent[] Orders(int count, int seed)
    {
        var random = new Random(seed);
        var events = new List<FulfillmentEvent>();
        var start = EventTime.Parse("2018-01-01T08:00:00Z");
        for (int i = 0; i < count; i++)
        {
            // Some ids are plain text that CSV and JSON must treat with care.
            var id = OrderId.Parse(random.Next(8) == 0 ? $"order \"{i}\", é" : HexId(random.Next() ^ i));
            var (seller, customer) = (Some(random, 10), Some(random, 20));
            var placed = start + random.Next(150 * EventTime.SecondsPerDay);
            EventTime? promise = random.Next(20) == 0 ? null : EventTime.StartOf((placed + (random.Next(5, 30) * EventTime.SecondsPerDay)).Date);
            void Add(EventType type, EventTime at) => events.Add(new FulfillmentEvent(id, type, at, seller, customer, promise));
            Add(EventType.OrderPlaced, placed);
            int reach = random.Next(100);
            var approved = placed + random.Next(600, 200_000);
            var handed = approved + random.Next(-5_000, 400_000);
            var delivered = handed + random.Next(10_000, 2_000_000);
            if (reach >= 8 && random.Next(30) != 0)
                Add(EventType.OrderApproved, approved);
            if (reach >= 15)
                Add(EventType.WarehouseAssigned, approved);
            if (reach >= 25)
                Add(EventType.HandedToCarrier, handed);
            if (reach >= 40)
                Add(EventType.Delivered, delivered);
            // Every promise here names a day.
            if (promise + 86_399 is { } due && (reach < 40 ? random.Next(3) == 0 : delivered > due))
                Add(EventType.DeliveryDelayed, due);
            if (random.Next(25) == 0)
                Add(EventType.OrderCancelled, placed + random.Next(1_000_000));
            if (random.Next(40) == 0)
                Add(EventType.OrderPlaced, placed + 60);
        }

        events.Sort(FulfillmentEvent.CompareEmission);
        return [.. events];
    }

    /// <summary>Events as NDJSON.</summary>
    public static byte[] Ndjson(ReadOnlySpan<FulfillmentEvent> events)
    {
        var text = new StringBuilder();
        foreach (ref readonly var @event in events)
            text.Append(EventJson.ToJson(@event)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Events as a JSON array.</summary>
    public static byte[] Array(ReadOnlySpan<FulfillmentEvent> events)
    {
        var texts = new List<string>();
        foreach (ref readonly var @event in events)
            texts.Add(EventJson.ToJson(@event));
        return Encoding.UTF8.GetBytes("[ " + string.Join(" ,\n ", texts) + " ]");
    }

    private static Region Some(Random random, int unknownOneIn) => random.Next(unknownOneIn) == 0 ? Domain.Region.Unknown : Region(Regions[random.Next(Regions.Length)]);

    private static Region Region(string? text) => text is null ? Domain.Region.Unknown : Domain.Region.Parse(text);
}
