using Eip.Domain;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>
/// Remembers events that are stored already, the latest ones at least: forgetting costs a write, never correctness. Safe for concurrent use.
/// </summary>
internal sealed class StoredEvents(int capacity)
{
    private readonly Lock gate = new();
    private HashSet<FulfillmentEvent> young = [], old = [];

    /// <summary>Whether this event, with these contents, is known to be stored.</summary>
    public bool Contains(in FulfillmentEvent @event)
    {
        lock (gate)
            return young.Contains(@event) || old.Contains(@event);
    }

    /// <summary>Takes note of events that are stored.</summary>
    public void Add(IEnumerable<FulfillmentEvent> events)
    {
        lock (gate)
        {
            foreach (var @event in events)
            {
                if (young.Count >= capacity / 2)
                {
                    old.Clear();
                    (young, old) = (old, young);
                }

                if (capacity > 1)
                    young.Add(@event);
            }
        }
    }
}
