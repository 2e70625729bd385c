using Eip.Domain;
using Eip.Grains.Lanes;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Live;

/// <summary>
/// Publishes changes to this silo's live feed, its own and those of other silos. It remembers the cards that changed last, so that an alert is given once.
/// </summary>
internal sealed class LiveProjection(LiveFeed feed, StreamClock clock)
{
    private const int Remembered = 20_000;
    private readonly Lock gate = new();
    private readonly Dictionary<OrderId, (CaseCard Card, long Version)> cards = [];
    private readonly Queue<OrderId> order = new();
    private EventTime? watermark, ticked;

    /// <summary>Publishes cases that changed.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="seen">The greatest event time that their silo knows.</param>
    public void Publish(IReadOnlyList<CaseSnapshot> cases, EventTime? seen)
    {
        lock (gate)
        {
            Observe(seen);
            foreach (var item in cases)
                Publish(item);
        }
    }

    /// <summary>Publishes a tick when event time has moved on since the last one.</summary>
    public void Tick()
    {
        lock (gate)
        {
            Observe(clock.Watermark);
            if (watermark == ticked)
                return;
            feed.Tick(ticked = watermark);
        }
    }

    private void Observe(EventTime? seen)
    {
        if (seen is { } moment && (watermark is not { } known || moment > known))
            watermark = moment;
    }

    private void Publish(CaseSnapshot item)
    {
        var id = item.Card.OrderId;
        bool isKnown = cards.TryGetValue(id, out var before);
        if (isKnown && before.Version >= item.Version)
            return;
        feed.Publish(before.Card, item.Card, watermark);
        cards[id] = (item.Card, item.Version);
        if (isKnown)
            return;
        order.Enqueue(id);
        if (order.Count > Remembered)
            cards.Remove(order.Dequeue());
    }
}
