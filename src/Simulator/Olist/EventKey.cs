using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>An event in eight bytes, ordered by time: 32 bits of time on a <see cref="TimeScale"/>, 28 bits of the order's place, 4 bits of type.</summary>
internal static class EventKey
{
    /// <summary>Bits for the order's place.</summary>
    public const int OrderBits = 28;

    private const int TypeBits = 4;
    private const int TimeShift = OrderBits + TypeBits;

    // A key holds a type by its place here, whatever its number; the first place is nobody's.
    private static readonly EventType[] Types =
    [
        default, EventType.OrderPlaced, EventType.OrderApproved, EventType.WarehouseAssigned, EventType.HandedToCarrier, EventType.Delivered,
        EventType.DeliveryDelayed, EventType.OrderCancelled,
    ];

    private static readonly byte[] Places = PlacesOf(Types);

    /// <summary>The types that a row of the orders file can give rise to, each once at most.</summary>
    public static IReadOnlyList<EventType> Derived { get; } = Types[1..];

    /// <summary>The key of an event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of the <see cref="Derived"/> ones.</exception>
    public static ulong Of(uint time, int order, EventType type)
    {
        byte place = Places[(byte)type];
        if (place == 0)
            throw new ArgumentOutOfRangeException(nameof(type), type, "No row gives rise to this type of event.");
        return ((ulong)time << TimeShift) | ((ulong)(uint)order << TypeBits) | place;
    }

    /// <summary>The time's number.</summary>
    public static uint Time(ulong key) => (uint)(key >> TimeShift);

    /// <summary>The order's place.</summary>
    public static int Order(ulong key) => (int)((uint)key >> TypeBits);

    /// <summary>The type.</summary>
    public static EventType Type(ulong key) => Types[key & ((1 << TypeBits) - 1)];

    /// <summary>The smallest key of a time.</summary>
    public static ulong First(uint time) => (ulong)time << TimeShift;

    /// <summary>Sorts keys by time and keeps the order of those of one time; a radix sort over the bits that are in use.</summary>
    /// <param name="parts">The keys, in parts; the list is emptied.</param>
    /// <param name="lastTime">The greatest time among them.</param>
    public static ulong[] SortByTime(List<ulong[]> parts, uint lastTime)
    {
        const int MaxDigitBits = 10;
        int length = checked((int)parts.Sum(static part => part.LongLength));
        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount(lastTime | 1);
        int passes = (bits + MaxDigitBits - 1) / MaxDigitBits;
        int digitBits = (bits + passes - 1) / passes;
        ulong[] sorted = GC.AllocateUninitializedArray<ulong>(length);
        ulong[]? spare = null;
        for (int pass = 0; pass < passes; pass++)
        {
            int shift = TimeShift + (pass * digitBits);
            if (pass == 0)
            {
                Scatter(parts, sorted, shift, digitBits);
                parts.Clear();
                continue;
            }

            spare ??= GC.AllocateUninitializedArray<ulong>(length);
            Scatter([sorted], spare, shift, digitBits);
            (sorted, spare) = (spare, sorted);
        }

        return sorted;
    }

    private static byte[] PlacesOf(EventType[] types)
    {
        byte[] places = new byte[byte.MaxValue + 1];
        for (int i = 1; i < types.Length; i++)
            places[(byte)types[i]] = (byte)i;
        return places;
    }

    private static void Scatter(List<ulong[]> parts, ulong[] destination, int shift, int digitBits)
    {
        int[] next = new int[1 << digitBits];
        ulong mask = (1UL << digitBits) - 1;
        foreach (ulong[] part in parts)
        {
            foreach (ulong key in part)
                next[(key >> shift) & mask]++;
        }

        int start = 0;
        foreach (ref int count in next.AsSpan())
            (count, start) = (start, start + count);
        foreach (ulong[] part in parts)
        {
            foreach (ulong key in part)
                destination[next[(key >> shift) & mask]++] = key;
        }
    }
}
