using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>Events of generated orders.</summary>
internal static class SomeCases
{
    private static readonly EventTime Start = EventTime.Parse("2031-01-01T00:00:00Z");

    /// <summary>Events of some orders, in emission order.</summary>
    public static List<FulfillmentEvent> Events(int orders, int seed)
    {
        var random = new Random(seed);
        var events = new List<FulfillmentEvent>();
        for (int i = 0; i < orders; i++)
        {
            var id = i % 3 == 0 ? OrderId.Parse($"ORD \"{seed}/{i:00000}") : OrderId.FromHex(((UInt128)(ulong)random.NextInt64() << 64) | (uint)i);
            var (seller, customer) = (Somewhere(random), Somewhere(random));
            long at = random.Next(10_000_000);
            foreach (var type in EventTypes.All)
            {
                if (type is EventType.DeliveryDelayed or EventType.OrderCancelled ? random.Next(8) > 0 : random.Next(12) == 0)
                    continue;
                string? extras = type == EventType.OrderCancelled ? """{"inferred":true,"reason":"canceled"}""" : null;
                events.Add(new FulfillmentEvent(id, type, Start + at, seller, customer, random.Next(4) == 0 ? Start + random.Next(20_000_000) : null, extras));
                at += random.Next(-3_000, 400_000);
            }
        }

        events.Sort(FulfillmentEvent.CompareEmission);
        return events;
    }

    /// <summary>The cases that events fold to.</summary>
    public static Dictionary<OrderId, FulfillmentCase> Fold(IEnumerable<FulfillmentEvent> events)
    {
        var cases = new Dictionary<OrderId, FulfillmentCase>();
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var @case))
                cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
            @case.Apply(@event);
        }

        return cases;
    }

    public static List<CaseSnapshot> Snapshots(IEnumerable<FulfillmentEvent> events) => [.. Fold(events).Values.Select(CaseSnapshot.Of)];

    /// <summary>The digest of the log that these events are.</summary>
    public static SectionDigests Digest(IEnumerable<FulfillmentEvent> events)
    {
        using var digest = new ProjectionDigest();
        foreach (var @case in Fold(events).Values.OrderBy(static @case => @case.OrderId))
            digest.Add(@case.ToCard(), @case.ToTimeline());
        return digest.FinishSections();
    }

    private static Region Somewhere(Random random) => random.Next(9) == 0 ? Region.Unknown : Region.Parse($"A{(char)('A' + random.Next(4))}");
}
