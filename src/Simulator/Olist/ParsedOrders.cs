using System.Numerics;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>A row of the orders file. Times are Unix seconds.</summary>
internal struct ParsedOrder
{
    /// <summary>Stands for a time that is not there.</summary>
    public const long Absent = long.MinValue;

    /// <summary>The order id's sixteen bytes, or its place among <see cref="ParsedOrders.Texts"/>.</summary>
    public UInt128 Id;

    /// <summary>Key of the customer; meaningful when there is one.</summary>
    public UInt128 Customer;

    /// <summary>The times of the row.</summary>
    public long PurchasedAt, ApprovedAt, CarrierAt, DeliveredAt, EstimatedAt;

    /// <summary>Why the order was cancelled, if it was.</summary>
    public Cancellation Cancellation;

    /// <summary>Whether <see cref="Id"/> is a place among texts, and whether there is a customer.</summary>
    public bool IsText, HasCustomer;

    /// <summary>The last second that keeps the promise; absent without a promise.</summary>
    public readonly long DeadlineAt => EstimatedAt == Absent ? Absent : Deadline.Of(new EventTime(EstimatedAt)).UnixSeconds;

    /// <summary>The latest of the four times that are known.</summary>
    public readonly long LatestKnown => Math.Max(Math.Max(PurchasedAt, ApprovedAt), Math.Max(CarrierAt, DeliveredAt));

    /// <summary>Whether another row tells the same of its order.</summary>
    public readonly bool TellsTheSame(in ParsedOrder other) =>
        PurchasedAt == other.PurchasedAt && ApprovedAt == other.ApprovedAt && CarrierAt == other.CarrierAt && DeliveredAt == other.DeliveredAt
        && EstimatedAt == other.EstimatedAt && Cancellation == other.Cancellation && HasCustomer == other.HasCustomer && Customer == other.Customer;
}

/// <summary>Whether a status says that an order was cancelled (fulfillment-v1 §2).</summary>
internal enum Cancellation : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>Status <c>canceled</c>.</summary>
    Canceled,

    /// <summary>Status <c>unavailable</c>.</summary>
    Unavailable,
}

/// <summary>The rows of the orders file in memory, eighty bytes each, in chunks so that nothing is ever copied to grow.</summary>
internal sealed class ParsedOrders
{
    private const int ChunkBits = 15;
    private const int ChunkLength = 1 << ChunkBits;
    private const long MinPlaces = 1 << 10;
    private readonly List<ParsedOrder[]> chunks = [];
    private int used = ChunkLength;
    private int[] places;

    /// <summary>Makes room for about so many orders.</summary>
    public ParsedOrders(long expected = 0) => places = new int[BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(expected * 2, MinPlaces, 1 << 30))];

    /// <summary>Number of rows: of orders, and of those that tell something else of one that was there.</summary>
    public int Count { get; private set; }

    /// <summary>Number of orders.</summary>
    public int Orders { get; private set; }

    /// <summary>Rows that told the same as the first row of their order, and were left out.</summary>
    public long Repeated { get; private set; }

    /// <summary>Order ids that are not thirty-two hexadecimal digits.</summary>
    public List<OrderId> Texts { get; } = [];

    /// <summary>The latest purchase, approval, carrier or delivery time: the horizon.</summary>
    public long Horizon { get; private set; } = ParsedOrder.Absent;

    /// <summary>The earliest time of any kind.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    /// <summary>An order by its place in the file.</summary>
    public ref readonly ParsedOrder this[int index] => ref chunks[index >> ChunkBits][index & (ChunkLength - 1)];

    /// <summary>Adds the row of an order, unless it repeats the order's first.</summary>
    /// <param name="order">The row; its <see cref="ParsedOrder.Id"/> is not read when the id is a text.</param>
    /// <param name="text">The id when it is a text.</param>
    public void Add(ParsedOrder order, OrderId text)
    {
        ref int place = ref Place(order, text);
        if (place == 0)
        {
            place = Count + 1;
            Orders++;
        }
        else if (order.TellsTheSame(this[place - 1]))
        {
            Repeated++;
            return;
        }

        if (order.IsText)
        {
            order.Id = (uint)Texts.Count;
            Texts.Add(text);
        }

        if (used == ChunkLength)
        {
            chunks.Add(GC.AllocateUninitializedArray<ParsedOrder>(ChunkLength));
            used = 0;
        }

        chunks[^1][used++] = order;
        Count++;
        Horizon = Math.Max(Horizon, order.LatestKnown);
        Earliest = Math.Min(Earliest, order.PurchasedAt);
        Include(order.ApprovedAt);
        Include(order.CarrierAt);
        Include(order.DeliveredAt);
        Include(order.DeadlineAt);
    }

    // Where the order's first row is named, one more than its place, or the free slot for it. A table of four bytes a slot, at most half full.
    private ref int Place(in ParsedOrder order, OrderId text)
    {
        if ((Orders + 1) * 2L > places.Length)
            Grow();
        int mask = places.Length - 1;
        int at = Hash(order.IsText ? IdKey.Of(text) : order.Id) & mask;
        while (places[at] is not 0 and var used && !IsSame(this[used - 1], order, text))
            at = (at + 1) & mask;
        return ref places[at];
    }

    private bool IsSame(in ParsedOrder known, in ParsedOrder order, OrderId text) =>
        known.IsText == order.IsText && (order.IsText ? Texts[(int)known.Id] == text : known.Id == order.Id);

    private void Grow()
    {
        int[] old = places;
        places = new int[old.Length * 2L];
        int mask = places.Length - 1;
        foreach (int place in old)
        {
            if (place == 0)
                continue;
            ref readonly var order = ref this[place - 1];
            int at = Hash(order.IsText ? IdKey.Of(Texts[(int)order.Id]) : order.Id) & mask;
            while (places[at] != 0)
                at = (at + 1) & mask;
            places[at] = place;
        }
    }

    private static int Hash(UInt128 key) => (int)((((ulong)(key >> 64) ^ BitOperations.RotateLeft((ulong)key, 32)) * 0x9E37_79B9_7F4A_7C15) >> 32);

    private void Include(long time)
    {
        if (time != ParsedOrder.Absent && time < Earliest)
            Earliest = time;
    }
}
