using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>
/// All events that a data set tells of, in emission order (fulfillment-v1 §2). About eight bytes an event and thirty-two an order are held; the events
/// themselves are made when they are asked for. Safe for concurrent reading.
/// </summary>
public sealed class OlistHistory
{
    /// <summary>Events in a batch of <see cref="Batches"/>.</summary>
    public const int BatchLength = 8192;

    /// <summary>Payload extras of an ORDER_CANCELLED by <see cref="Cancellation"/>; persisted by its place, so entries are only ever added.</summary>
    internal static readonly string?[] CancellationExtras =
        [null, """{"inferred":true,"reason":"canceled"}""", """{"inferred":true,"reason":"unavailable"}"""];

    private readonly OrderFacts[] facts;
    private readonly ulong[] keys;
    private readonly TimeScale scale;
    private readonly IReadOnlyList<OrderId> texts;

    internal OlistHistory(OrderFacts[] facts, ulong[] keys, TimeScale scale, IReadOnlyList<OrderId> texts) =>
        (this.facts, this.keys, this.scale, this.texts) = (facts, keys, scale, texts);

    /// <summary>The latest purchase, approval, carrier or delivery time of the whole data set; null when it has no order.</summary>
    public EventTime? Horizon { get; internal init; }

    /// <summary>Distinct orders that were read.</summary>
    public required int OrderCount { get; init; }

    /// <summary>Rows of the orders file that repeat what was read of their order, and change nothing.</summary>
    public long RepeatedRows { get; internal init; }

    /// <summary>Events in all.</summary>
    public long EventCount => keys.Length;

    /// <summary>Time of the first event.</summary>
    public EventTime? FirstEventAt => keys.Length == 0 ? null : TimeOf(keys[0]);

    /// <summary>Time of the last event.</summary>
    public EventTime? LastEventAt => keys.Length == 0 ? null : TimeOf(keys[^1]);

    /// <summary>How each file was read.</summary>
    public required IReadOnlyList<OlistFileCounts> Files { get; init; }

    /// <summary>Rows that were set aside, over all files.</summary>
    public long RejectCount => Files.Sum(static file => file.Rejected);

    /// <summary>How long it took to read the files.</summary>
    public TimeSpan ParseTime { get; internal init; }

    /// <summary>How long it took to derive the events and to sort them.</summary>
    public TimeSpan DeriveTime { get; internal init; }

    /// <summary>How many events lie at or before a moment; all of them when it is null.</summary>
    public long CountUntil(EventTime? until) => until is { } last ? LowerBound(last + 1) : keys.Length;

    /// <summary>
    /// Events up to a moment, it included, in emission order. A batch lies in memory that the next one is written to: it is valid until then.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Batches(EventTime? until = null)
    {
        long end = CountUntil(until);
        var buffer = new FulfillmentEvent[Math.Min(BatchLength, end)];
        for (long position = 0; position < end; position += BatchLength)
        {
            var batch = buffer.AsMemory(0, (int)Math.Min(BatchLength, end - position));
            CopyTo(position, batch.Span);
            yield return batch;
        }
    }

    /// <summary>Writes the events from a position in emission order on; different threads may take different ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many events.</exception>
    public void CopyTo(long position, Span<FulfillmentEvent> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, keys.Length - destination.Length);
        var source = keys.AsSpan((int)position, destination.Length);
        for (int i = 0; i < source.Length; i++)
        {
            ulong key = source[i];
            ref readonly var order = ref facts[EventKey.Order(key)];
            var type = EventKey.Type(key);
            destination[i] = new FulfillmentEvent(
                order.IsText ? texts[(int)order.Id] : OrderId.FromHex(order.Id),
                type,
                TimeOf(key),
                Region.FromCode(order.Seller),
                Region.FromCode(order.Customer),
                order.EstimatedAt == ParsedOrder.Absent ? null : new EventTime(order.EstimatedAt),
                type == EventType.OrderCancelled ? CancellationExtras[(int)order.Cancellation] : null);
        }
    }

    private EventTime TimeOf(ulong key) => new(scale.TimeAt(EventKey.Time(key)));

    // The position of the first event that is not before a moment.
    private int LowerBound(EventTime moment)
    {
        int low = 0, high = keys.Length;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (TimeOf(keys[middle]) < moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
