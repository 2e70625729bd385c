using Eip.Domain;
using Eip.Grains.Lanes;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Embedded;

/// <summary>Publishes what this silo folds to its live feed. It remembers the cards that changed last, so that an alert is given once.</summary>
internal sealed class LiveProjection(LiveFeed feed, StreamClock clock) : ICaseProjection
{
    private const int Remembered = 20_000;
    private readonly Lock gate = new();
    private readonly Dictionary<OrderId, (CaseCard Card, long Version)> cards = [];
    private readonly Queue<OrderId> order = new();

    /// <inheritdoc/>
    public Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            foreach (var item in cases)
                Publish(item);
        }

        return Task.CompletedTask;
    }

    private void Publish(CaseSnapshot item)
    {
        var id = item.Card.OrderId;
        bool isKnown = cards.TryGetValue(id, out var before);
        if (isKnown && before.Version >= item.Version)
            return;
        feed.Publish(before.Card, item.Card, clock.Watermark);
        cards[id] = (item.Card, item.Version);
        if (isKnown)
            return;
        order.Enqueue(id);
        if (order.Count > Remembered)
            cards.Remove(order.Dequeue());
    }
}
