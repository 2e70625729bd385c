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

    private OrderId IdOf(in OrderFacts order) => order.IsText ? texts[(int)order.Id] : OrderId.FromHex(order.Id);
}
