using System.Runtime.InteropServices;
using Eip.Domain;

namespace Eip.Grains.Ingest;

/// <summary>A batch by order: each order once, its events together and in the log's order. One array holds all of them.</summary>
internal sealed class OrderGroups
{
    private readonly List<Group> groups = [];

    public OrderGroups(ReadOnlySpan<FulfillmentEvent> events, EventTime lastCounted)
    {
        var index = new Dictionary<OrderId, int>(events.Length);
        Span<int> groupOf = events.Length <= 4096 ? stackalloc int[events.Length] : new int[events.Length];
        for (int i = 0; i < events.Length; i++)
        {
            ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(index, events[i].OrderId, out bool known);
            if (!known)
            {
                place = groups.Count;
                groups.Add(new Group(events[i].OrderId));
            }

            groupOf[i] = place;
            groups[place].Count++;
            groups[place].IsPlaced |= events[i].Type == EventType.OrderPlaced;
            var at = events[i].EventAt;
            if (at > lastCounted)
                AheadAt = AheadAt > at ? AheadAt : at;
            else if (Watermark is not { } latest || at > latest)
                Watermark = at;
        }

        var sorted = new FulfillmentEvent[events.Length];
        int start = 0;
        foreach (var group in groups)
        {
            group.Start = start;
            start += group.Count;
            group.Count = 0;
        }

        for (int i = 0; i < events.Length; i++)
        {
            var group = groups[groupOf[i]];
            sorted[group.Start + group.Count++] = events[i];
        }

        foreach (var group in groups)
            group.Events = sorted.AsMemory(group.Start, group.Count);
    }

    /// <summary>The orders, in the order of their first event.</summary>
    public IReadOnlyList<Group> All => groups;

    /// <summary>The greatest event time that counts; null when there is none.</summary>
    public EventTime? Watermark { get; }

    /// <summary>The greatest event time that lies too far past the clock to count; null when there is none.</summary>
    public EventTime? AheadAt { get; }

    internal sealed class Group(OrderId orderId)
    {
        public OrderId OrderId { get; } = orderId;

        public ReadOnlyMemory<FulfillmentEvent> Events { get; set; }

        // An order that is placed here is most likely new: it is taken for one, and should something be stored after all, the store says so.
        public bool IsPlaced { get; set; }

        internal int Start { get; set; }

        internal int Count { get; set; }
    }
}
