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
    private readonly List<ParsedOrder[]> chunks = [];
    private int used = ChunkLength;

    /// <summary>Number of orders.</summary>
    public int Count { get; private set; }

    /// <summary>Order ids that are not thirty-two hexadecimal digits.</summary>
    public List<OrderId> Texts { get; } = [];

    /// <summary>The latest purchase, approval, carrier or delivery time: the horizon.</summary>
    public long Horizon { get; private set; } = ParsedOrder.Absent;

    /// <summary>The earliest time of any kind.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    /// <summary>An order by its place in the file.</summary>
    public ref readonly ParsedOrder this[int index] => ref chunks[index >> ChunkBits][index & (ChunkLength - 1)];

    /// <summary>Adds an order.</summary>
    public void Add(in ParsedOrder order)
    {
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

    private void Include(long time)
    {
        if (time != ParsedOrder.Absent && time < Earliest)
            Earliest = time;
    }
}
