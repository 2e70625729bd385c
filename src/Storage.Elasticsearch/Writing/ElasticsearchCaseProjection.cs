using System.Collections.Concurrent;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Documents;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>
/// Keeps cards in <c>shipments</c> and their events in <c>shipment_events</c>. Documents carry the case's version, so that an older write that comes late
/// loses, which is a success.
/// </summary>
public sealed class ElasticsearchCaseProjection : ICaseProjection
{
    private readonly BulkWriter writer;
    private readonly StoredEvents? stored;

    // Lines that a write has left; those of a write that failed may still be on their way and are not used again.
    private readonly ConcurrentBag<BulkLines> spare = [];
    private readonly string shipments, events;
    private readonly bool toAlias;

    internal ElasticsearchCaseProjection(BulkWriter writer, string shipments, string events, bool toAlias, int rememberedEvents)
    {
        this.writer = writer;
        this.shipments = shipments;
        this.events = events;
        this.toAlias = toAlias;
        stored = rememberedEvents > 0 ? new StoredEvents(rememberedEvents) : null;
    }

    /// <inheritdoc/>
    public async Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var documents = spare.TryTake(out var taken) ? taken : new BulkLines();
        var added = new List<FulfillmentEvent>(cases.Count * 2);
        foreach (var @case in cases)
        {
            documents.Add(shipments, @case.Card.OrderId.ToString(), @case.Version, @case, static (json, @case) => CardDocument.Write(json, @case.Card, @case.Variant));
            foreach (var @event in @case.Timeline)
            {
                if (stored?.Contains(@event) == true)
                    continue;
                var id = @event.Id;
                documents.Add(events, id.ToString(), @case.Version, (@event, id), static (json, item) => EventDocument.Write(json, item.@event, item.id));
                added.Add(@event);
            }
        }

        await writer.WriteAsync(documents, toAlias, cancellationToken);
        stored?.Add(added);
        documents.Clear();
        spare.Add(documents);
    }
}
