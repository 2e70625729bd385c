using Eip.Domain;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

/// <summary>Histories of a made-up shop.</summary>
internal static class Shop
{
    public static readonly EventTime Opening = EventTime.Parse("2020-01-01T00:00:00Z");

    /// <summary>Orders that go through their whole life, one every few hours, late ones and cancelled ones among them.</summary>
    public static MemoryHistory Of(int orders, int seed = 1, int secondsBetween = 7200)
    {
        var random = new Random(seed);
        string[] states = ["SP", "RJ", "MG", "RS"];
        var events = new List<FulfillmentEvent>();
        for (int i = 0; i < orders; i++)
        {
            var id = OrderId.FromHex(((UInt128)(ulong)random.NextInt64() << 64) | (ulong)random.NextInt64());
            var seller = Region.Parse(states[random.Next(4)]);
            var customer = Region.Parse(states[random.Next(4)]);
            var at = Opening + ((long)i * secondsBetween);
            var promise = at + (10 * 86_400);
            Add(EventType.OrderPlaced, at);
            if (i % 17 == 3)
            {
                Add(EventType.OrderCancelled, at + 4000);
                continue;
            }

            Add(EventType.OrderApproved, at + 600);
            Add(EventType.WarehouseAssigned, at + 600);
            Add(EventType.HandedToCarrier, at + random.Next(86_400, 3 * 86_400));
            var delivered = at + random.Next(4 * 86_400, 14 * 86_400);
            Add(EventType.Delivered, delivered);
            if (delivered > promise)
                Add(EventType.DeliveryDelayed, promise);

            void Add(EventType type, EventTime when) => events.Add(new FulfillmentEvent(id, type, when, seller, customer, promise));
        }

        return new MemoryHistory($"shop-{orders}-{seed}", events);
    }

    /// <summary>Placed orders at an even rate of event time.</summary>
    public static MemoryHistory Steady(int perSecond, int seconds) => new("steady", Enumerable.Range(0, perSecond * seconds).Select(number =>
        new FulfillmentEvent(OrderId.FromHex((UInt128)number), EventType.OrderPlaced, Opening + (number / perSecond), Region.Unknown, Region.Unknown, null)));

    /// <summary>Placed orders at these seconds after the opening.</summary>
    public static MemoryHistory At(params long[] seconds) => new("at", seconds.Select((second, number) =>
        new FulfillmentEvent(OrderId.FromHex((UInt128)number), EventType.OrderPlaced, Opening + second, Region.Unknown, Region.Unknown, null)));

    public static FulfillmentEvent[] Events(this IHistory history) => [.. history.Read(null, null).SelectMany(batch => batch.ToArray())];

    /// <summary>The digest over everything that follows from some events.</summary>
    public static string DigestOf(IEnumerable<FulfillmentEvent> events)
    {
        var cases = new Dictionary<OrderId, FulfillmentCase>();
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var found))
                cases.Add(@event.OrderId, found = new FulfillmentCase(@event.OrderId));
            found.Apply(@event);
        }

        var ledger = new NetworkLedger();
        using var digest = new ProjectionDigest();
        foreach (var found in cases.Values.OrderBy(found => found.OrderId))
        {
            digest.Add(found.ToCard(), found.ToTimeline());
            ledger.Replace(null, found.Contribution());
        }

        foreach (var row in ledger.ToRouteStats())
            digest.Add(row);
        return digest.Finish();
    }
}
