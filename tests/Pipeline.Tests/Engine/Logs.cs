using Eip.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Pipeline.Tests.Engine;

/// <summary>Random sets of events over few orders, regions and times, so that every oddity comes often.</summary>
internal static class Logs
{
    private static readonly OrderId[] Orders =
    [
        .. Enumerable.Range(1, 12).Select(static i => OrderId.FromHex(new UInt128((ulong)i * 0x9E37_79B9_7F4A_7C15, (ulong)i))),
        OrderId.Parse("order-7"), OrderId.Parse("order, \"quoted\""), OrderId.Parse("ordem nº 9"), OrderId.Parse("x"),
    ];

    private static readonly Region[] Regions = [Region.Unknown, Region.Parse("SP"), Region.Parse("RJ"), Region.Parse("AM")];

    private static readonly string?[] Extras = [null, null, null, """{"inferred":true,"reason":"canceled"}""", """{"a":"é"}"""];

    public static Gen<FulfillmentEvent> Event { get; } =
        from order in Gen.Elements(Orders)
        from type in Gen.Elements(EventTypes.All.ToArray())
        from at in Gen.Choose(0, 40)
        from seller in Gen.Elements(Regions)
        from customer in Gen.Elements(Regions)
        from estimate in Gen.Choose(-5, 20)
        from extras in Gen.Elements(Extras)
        select new FulfillmentEvent(
            order,
            type,
            new EventTime(1_520_000_000 + (at * 30_000)),
            seller,
            customer,
            estimate < 0 ? null : new EventTime(1_520_000_000 + (estimate * 86_400)),
            extras);

    public static Gen<FulfillmentEvent[]> Events { get; } = from length in Gen.Choose(0, 200) from events in Event.ArrayOf(length) select events;

    /// <summary>Events, and the same again in another order, some of them repeatedly.</summary>
    public static Gen<Arrival> Arrivals { get; } =
        from events in Events
        from repeated in events.Length == 0 ? Gen.Constant(events) : Gen.SubListOf(events).Select(static some => some.ToArray())
        from arrival in Gen.Shuffle([.. events, .. repeated])
        from batch in Gen.Choose(1, 50)
        from partitions in Gen.Choose(1, 6)
        select new Arrival(events, arrival, batch, partitions);

    /// <summary>What the contract's folds say of these events, computed without any of the engine.</summary>
    public static SectionDigests Expected(IEnumerable<FulfillmentEvent> events)
    {
        var cases = new Dictionary<OrderId, FulfillmentCase>();
        var network = new NetworkLedger();
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var @case))
                cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
            @case.Apply(@event);
        }

        using var digest = new ProjectionDigest();
        foreach (var @case in cases.Values.OrderBy(static @case => @case.OrderId))
        {
            digest.Add(@case.ToCard(), @case.ToTimeline());
            network.Replace(null, @case.Contribution());
        }

        foreach (var row in network.ToRouteStats())
            digest.Add(row);
        return digest.FinishSections();
    }

    /// <summary>Many orders with plain histories; the same for the same arguments.</summary>
    public static FulfillmentEvent[] Plain(int orders, int seed = 1)
    {
        var random = new Random(seed);
        var events = new List<FulfillmentEvent>(orders * 5);
        for (int i = 0; i < orders; i++)
        {
            var id = OrderId.FromHex(new UInt128((ulong)random.NextInt64(), (ulong)i));
            var seller = Regions[random.Next(1, Regions.Length)];
            var customer = Regions[random.Next(1, Regions.Length)];
            var placed = new EventTime(1_500_000_000 + random.Next(0, 60_000_000));
            var promise = placed + 1_500_000;
            Add(EventType.OrderPlaced, 0);
            Add(EventType.OrderApproved, 3_600);
            Add(EventType.WarehouseAssigned, 3_600);
            Add(EventType.HandedToCarrier, 90_000);
            int delivered = random.Next(200_000, 1_600_000);
            Add(EventType.Delivered, delivered);
            if (delivered > 1_500_000)
                Add(EventType.DeliveryDelayed, 1_500_000);

            void Add(EventType type, int seconds) => events.Add(new FulfillmentEvent(id, type, placed + seconds, seller, customer, promise));
        }

        events.Sort(FulfillmentEvent.CompareEmission);
        return [.. events];
    }
}

/// <summary>Events, and one way of their coming.</summary>
internal sealed record Arrival(FulfillmentEvent[] Events, FulfillmentEvent[] Order, int BatchLength, int Partitions)
{
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Batches()
    {
        for (int i = 0; i < Order.Length; i += BatchLength)
            yield return Order.AsMemory(i, Math.Min(BatchLength, Order.Length - i));
    }

    public override string ToString() => $"{Partitions} partitions, batches of {BatchLength}:\n{string.Join('\n', Order.Select(static @event => @event.ToString()))}";
}
