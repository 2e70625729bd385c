using Eip.Domain;

namespace Eip.Cluster.Bench;

/// <summary>A made-up history in emission order, at a shop's pace: orders stay open for about ten days, so that an order's events lie far apart.</summary>
internal sealed record History(FulfillmentEvent[] Events, int Orders, string Digest)
{
    private static readonly Region[] Regions =
        [.. "SP RJ MG RS PR SC BA DF ES GO PE CE PA MT MA MS PB PI RN AL SE TO RO AM AC AP RR".Split(' ').Select(static text => Region.Parse(text))];

    public static History Make(int count)
    {
        var random = new Random(1);
        var events = new List<FulfillmentEvent>(count + 8);
        var start = EventTime.Parse("2017-01-01T00:00:00Z");
        int orders = count / 5;
        for (int i = 0; i < orders; i++)
        {
            var id = OrderId.FromHex(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
            var seller = Pick(random);
            var customer = Pick(random);
            var placed = start + (long)(700.0 * EventTime.SecondsPerDay * i / orders);
            var estimate = placed + (20 * EventTime.SecondsPerDay);
            var approved = placed + random.Next(40_000);
            var handed = approved + random.Next(3 * EventTime.SecondsPerDay);
            var delivered = handed + random.Next(EventTime.SecondsPerDay, 18 * EventTime.SecondsPerDay);
            Add(EventType.OrderPlaced, placed, estimate);
            Add(EventType.OrderApproved, approved, null);
            Add(EventType.WarehouseAssigned, approved, null);
            Add(EventType.HandedToCarrier, handed, null);
            Add(EventType.Delivered, delivered, null);
            if (delivered > estimate)
                Add(EventType.DeliveryDelayed, estimate, null);

            void Add(EventType type, EventTime at, EventTime? promise) => events.Add(new FulfillmentEvent(id, type, at, seller, customer, promise));
        }

        events.Sort(FulfillmentEvent.CompareEmission);
        return new History([.. events], orders, Fold(events));
    }

    // A few lanes carry most orders, as in any shop.
    private static Region Pick(Random random) => Regions[(int)(Regions.Length * Math.Pow(random.NextDouble(), 2.5))];

    private static string Fold(List<FulfillmentEvent> events)
    {
        var cases = new Dictionary<OrderId, FulfillmentCase>();
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var found))
                cases.Add(@event.OrderId, found = new FulfillmentCase(@event.OrderId));
            found.Apply(@event);
        }

        var network = new NetworkLedger();
        using var digest = new ProjectionDigest();
        foreach (var (_, @case) in cases.OrderBy(static item => item.Key))
        {
            digest.Add(@case.ToCard(), @case.ToTimeline());
            network.Replace(null, @case.Contribution());
        }

        foreach (var row in network.ToRouteStats())
            digest.Add(row);
        return digest.Finish();
    }
}
