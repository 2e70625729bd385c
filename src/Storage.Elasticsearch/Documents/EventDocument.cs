using System.Text;
using System.Text.Json;
using Eip.Domain;

namespace Eip.Storage.Elasticsearch.Documents;

/// <summary>An event as a document of <c>shipment_events</c>: the contract's form, and its lifecycle rank to sort timelines by.</summary>
internal static class EventDocument
{
    /// <summary>Writes the document of an event, whose id is computed already.</summary>
    public static void Write(Utf8JsonWriter writer, in FulfillmentEvent @event, EventId id)
    {
        writer.WriteStartObject();
        EventJson.WriteFields(writer, @event, id);
        writer.WriteNumber("lifecycleRank"u8, (byte)@event.Type);
        writer.WriteEndObject();
    }

    /// <summary>The event of a document.</summary>
    /// <exception cref="FormatException">It is no event of the contract.</exception>
    public static FulfillmentEvent Read(JsonElement document)
    {
        if (!EventJson.TryRead(Encoding.UTF8.GetBytes(document.GetRawText()), out var @event, out var error))
            throw new FormatException(error.ToString());
        return @event;
    }
}
