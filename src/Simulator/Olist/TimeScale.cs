namespace Eip.Simulator.Olist;

/// <summary>
/// Event times as 32-bit numbers of the same order. Within 136 years they are seconds since the earliest; a data set that spans more numbers the times
/// that occur in it.
/// </summary>
internal sealed class TimeScale
{
    private readonly long origin;
    private readonly long[]? occurring;

    private TimeScale(long origin, long last, long[]? occurring)
    {
        (this.origin, this.occurring) = (origin, occurring);
        Last = occurring is null ? (uint)(last - origin) : (uint)(occurring.Length - 1);
    }

    /// <summary>The greatest number.</summary>
    public uint Last { get; }

    /// <summary>The scale of some orders.</summary>
    public static TimeScale Of(ParsedOrders orders)
    {
        if (orders.Count == 0)
            return new TimeScale(0, 0, null);
        if (orders.Horizon - orders.Earliest <= uint.MaxValue)
            return new TimeScale(orders.Earliest, orders.Horizon, null);
        var times = new HashSet<long>();
        for (int i = 0; i < orders.Count; i++)
        {
            ref readonly var order = ref orders[i];
            times.UnionWith([order.PurchasedAt, order.ApprovedAt, order.CarrierAt, order.DeliveredAt, order.DeadlineAt]);
        }

        times.Remove(ParsedOrder.Absent);
        long[] sorted = [.. times.Where(time => time <= orders.Horizon)];
        Array.Sort(sorted);
        return new TimeScale(0, 0, sorted);
    }

    /// <summary>The number of a time that occurs and is not after the horizon.</summary>
    public uint this[long time] => occurring is null ? (uint)(time - origin) : (uint)Array.BinarySearch(occurring, time);

    /// <summary>The time that has a number.</summary>
    public long TimeAt(uint number) => occurring is null ? origin + number : occurring[number];
}
