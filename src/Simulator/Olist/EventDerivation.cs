using System.Runtime.CompilerServices;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>What the events of one order have in common, in thirty-two bytes: one cache line holds two orders.</summary>
internal readonly record struct OrderFacts(UInt128 Id, long EstimatedAt, ushort Seller, ushort Customer, Cancellation Cancellation, bool IsText);

/// <summary>Turns orders into events by the table of fulfillment-v1 §2, and sorts them as they are emitted.</summary>
internal sealed class EventDerivation
{
    private const int OrdersPerPart = 1 << 16;
    private readonly ParsedOrders orders;
    private readonly RegionTable customers, warehouses;
    private readonly TimeScale scale;
    private readonly OrderFacts[] facts;

    private EventDerivation(ParsedOrders orders, RegionTable customers, RegionTable warehouses)
    {
        (this.orders, this.customers, this.warehouses) = (orders, customers, warehouses);
        scale = TimeScale.Of(orders);
        facts = GC.AllocateUninitializedArray<OrderFacts>(orders.Count);
    }

    /// <summary>Derives and sorts the events of all orders.</summary>
    public static (OrderFacts[] Facts, ulong[] Keys, TimeScale Scale) Run(
        ParsedOrders orders, RegionTable customers, RegionTable warehouses, CancellationToken cancellation)
    {
        var derivation = new EventDerivation(orders, customers, warehouses);
        ulong[] keys = EventKey.SortByTime(derivation.Derive(cancellation), derivation.scale.Last);
        cancellation.ThrowIfCancellationRequested();
        var order = new EmissionOrder(derivation.facts, orders.Texts);
        order.SettleTies(keys);
        return (derivation.facts, orders.Orders == orders.Count ? keys : order.WithoutRepeats(keys), derivation.scale);
    }

    // Orders are taken by purchase time: events that lie close in time then look up orders that lie close in memory.
    private List<ulong[]> Derive(CancellationToken cancellation)
    {
        ulong[] places = GC.AllocateUninitializedArray<ulong>(orders.Count);
        for (int i = 0; i < places.Length; i++)
            places[i] = EventKey.Of(scale[orders[i].PurchasedAt], i, EventType.OrderPlaced);
        places = EventKey.SortByTime([places], scale.Last);

        ulong[][] parts = new ulong[(places.Length + OrdersPerPart - 1) / OrdersPerPart][];
        Parallel.For(0, parts.Length, new ParallelOptions { CancellationToken = cancellation }, () => new ulong[OrdersPerPart * EventKey.Derived.Count], (part, _, buffer) =>
        {
            int count = 0, end = (int)Math.Min(places.Length, (part + 1L) * OrdersPerPart);
            for (int place = part * OrdersPerPart; place < end; place++)
                Derive(orders[EventKey.Order(places[place])], place, buffer, ref count);
            parts[part] = buffer.AsSpan(0, count).ToArray();
            return buffer;
        }, static _ => { });
        return [.. parts];
    }

    private void Derive(in ParsedOrder order, int place, ulong[] keys, ref int count)
    {
        bool hasItem = warehouses.TryFind(order.IsText ? IdKey.Of(orders.Texts[(int)order.Id]) : order.Id, out var seller);
        var customer = Region.Unknown;
        if (order.HasCustomer)
            customers.TryFind(order.Customer, out customer);
        facts[place] = new OrderFacts(order.Id, order.EstimatedAt, seller.Code, customer.Code, order.Cancellation, order.IsText);

        bool approved = order.ApprovedAt != ParsedOrder.Absent, handedOver = order.CarrierAt != ParsedOrder.Absent;
        Emit(order.PurchasedAt, EventType.OrderPlaced, ref count);
        if (approved)
            Emit(order.ApprovedAt, EventType.OrderApproved, ref count);
        if (hasItem && (approved || handedOver))
            Emit(approved ? order.ApprovedAt : order.PurchasedAt, EventType.WarehouseAssigned, ref count);
        if (handedOver)
            Emit(order.CarrierAt, EventType.HandedToCarrier, ref count);
        if (order.DeliveredAt != ParsedOrder.Absent)
            Emit(order.DeliveredAt, EventType.Delivered, ref count);
        if (IsDelayed(order, out long deadline))
            Emit(deadline, EventType.DeliveryDelayed, ref count);
        if (order.Cancellation != Cancellation.None)
            Emit(order.LatestKnown, EventType.OrderCancelled, ref count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Emit(long time, EventType type, ref int count) => keys[count++] = EventKey.Of(scale[time], place, type);
    }

    // The verdict that TMS could give at the deadline, with no knowledge from after it.
    private bool IsDelayed(in ParsedOrder order, out long deadline)
    {
        deadline = order.DeadlineAt;
        return deadline != ParsedOrder.Absent
            && deadline <= orders.Horizon
            && (order.DeliveredAt == ParsedOrder.Absent || order.DeliveredAt > deadline)
            && (order.Cancellation == Cancellation.None || order.LatestKnown > deadline);
    }
}
