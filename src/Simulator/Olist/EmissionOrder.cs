using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>Puts events of one moment in emission order: by order id, then by lifecycle rank (fulfillment-v1 §2).</summary>
internal sealed class EmissionOrder(OrderFacts[] facts, List<OrderId> texts) : IComparer<ulong>
{
    /// <summary>Sorts each run of keys that have one time.</summary>
    public void SettleTies(ulong[] keys)
    {
        for (int start = 0, end; start < keys.Length; start = end)
        {
            uint time = EventKey.Time(keys[start]);
            int order = EventKey.Order(keys[start]);
            bool severalOrders = false;
            for (end = start + 1; end < keys.Length && EventKey.Time(keys[end]) == time; end++)
                severalOrders |= EventKey.Order(keys[end]) != order;
            if (severalOrders)
                keys.AsSpan(start, end - start).Sort(this);
        }
    }

    /// <inheritdoc/>
    public int Compare(ulong x, ulong y)
    {
        ref readonly var left = ref facts[EventKey.Order(x)];
        ref readonly var right = ref facts[EventKey.Order(y)];
        int order = left.IsText || right.IsText ? IdOf(left).CompareTo(IdOf(right)) : left.Id.CompareTo(right.Id);
        if (order == 0)
            order = EventKey.Type(x).CompareTo(EventKey.Type(y));
        return order != 0 ? order : x.CompareTo(y);
    }

    /// <summary>
    /// The sorted keys without the events that several rows of one order tell alike; where rows differ, each has its own event.
    /// </summary>
    public ulong[] WithoutRepeats(ulong[] keys)
    {
        int kept = 0;
        foreach (ulong key in keys)
        {
            bool repeats = false;
            for (int at = kept - 1; at >= 0 && !repeats && IsSameEvent(keys[at], key); at--)
                repeats = TellSame(facts[EventKey.Order(keys[at])], facts[EventKey.Order(key)], EventKey.Type(key));
            if (!repeats)
                keys[kept++] = key;
        }

        return keys[..kept];
    }

    private bool IsSameEvent(ulong left, ulong right) => EventKey.Time(left) == EventKey.Time(right) && EventKey.Type(left) == EventKey.Type(right)
        && IdOf(facts[EventKey.Order(left)]) == IdOf(facts[EventKey.Order(right)]);

    private static bool TellSame(in OrderFacts left, in OrderFacts right, EventType type) =>
        left.EstimatedAt == right.EstimatedAt && left.Seller == right.Seller && left.Customer == right.Customer
        && (type != EventType.OrderCancelled || left.Cancellation == right.Cancellation);

    private OrderId IdOf(in OrderFacts order) => order.IsText ? texts[(int)order.Id] : OrderId.FromHex(order.Id);
}
