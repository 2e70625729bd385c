using Eip.Domain;

namespace Eip.Grains.Tests.Support;

/// <summary>Made-up orders with everything that happens to real ones: late, cancelled, repeated, out of order, in another lane than first said.</summary>
internal static class Orders
{
    private static readonly Region[] Regions = [.. "SP RJ MG RS PR SC BA DF".Split(' ').Select(static text => Region.Parse(text))];

    /// <summary>Events of some orders in emission order, the same for the same seed.</summary>
    public static FulfillmentEvent[] Events(int seed, int orders, int days = 40)
    {
        var random = new Random(seed);
        var events = new List<FulfillmentEvent>(orders * 6);
        var start = EventTime.Parse("2018-01-01T00:00:00Z");
        for (int i = 0; i < orders; i++)
        {
            var id = random.Next(20) == 0 ? OrderId.Parse($"order-{seed}-{i}") : OrderId.FromHex(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
            var seller = random.Next(50) == 0 ? Region.Unknown : Pick(random);
            var customer = Pick(random);
            var placed = start + random.Next(days * EventTime.SecondsPerDay);
            var estimate = placed + (random.Next(4, 12) * EventTime.SecondsPerDay);
            Add(EventType.OrderPlaced, placed, Region.Unknown);
            if (random.Next(60) == 0)
            {
                Add(EventType.OrderCancelled, placed, seller);
                continue;
            }

            var approved = placed + random.Next(40_000);
            var handed = approved + random.Next(-2_000, 3 * EventTime.SecondsPerDay);
            var delivered = handed + random.Next(EventTime.SecondsPerDay, 12 * EventTime.SecondsPerDay);
            Add(EventType.OrderApproved, approved, Region.Unknown);
            Add(EventType.WarehouseAssigned, approved, seller);
            if (random.Next(25) > 0)
                Add(EventType.HandedToCarrier, handed, seller);
            if (random.Next(12) > 0)
                Add(EventType.Delivered, delivered, seller);
            if (delivered > estimate)
                Add(EventType.DeliveryDelayed, estimate, seller);
            // A correction after delivery moves the order to another lane.
            if (random.Next(30) == 0)
                Add(EventType.HandedToCarrier, delivered + 3_600, Pick(random));

            void Add(EventType type, EventTime at, Region from) =>
                events.Add(new FulfillmentEvent(id, type, at, from, customer, type == EventType.OrderPlaced ? estimate : null));
        }

        events.Sort(FulfillmentEvent.CompareEmission);
        return [.. events];
    }

    private static Region Pick(Random random) => Regions[random.Next(Regions.Length)];
}

/// <summary>The projections that the folds of the contract give, without any host.</summary>
internal sealed class Reference
{
    public Reference(IEnumerable<FulfillmentEvent> events)
    {
        var cases = new SortedDictionary<OrderId, FulfillmentCase>();
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var found))
                cases.Add(@event.OrderId, found = new FulfillmentCase(@event.OrderId));
            found.Apply(@event);
        }

        using var digest = new ProjectionDigest();
        foreach (var @case in cases.Values)
        {
            digest.Add(@case.ToCard(), @case.ToTimeline());
            Network.Replace(null, @case.Contribution());
        }

        RouteStats = Network.ToRouteStats();
        foreach (var row in RouteStats)
            digest.Add(row);
        Digest = digest.FinishSections();
        Cases = cases;
    }

    public SectionDigests Digest { get; }

    public NetworkLedger Network { get; } = new();

    public IReadOnlyList<RouteStats> RouteStats { get; }

    public IReadOnlyDictionary<OrderId, FulfillmentCase> Cases { get; }
}
