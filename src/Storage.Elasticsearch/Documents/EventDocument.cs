using System.Buffers;
using System.Text;
using System.Text.Json;
using Eip.Domain;

namespace Eip.Storage.Elasticsearch.Documents;

/// <summary>An event as a document of <c>shipment_events</c>: the contract's form, and its lifecycle rank to sort timelines by.</summary>
internal static class EventDocument
{
    /// <summary>The document of an event.</summary>
    public static byte[] Write(in FulfillmentEvent @event)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            EventJson.Write(writer, @event);
        // The contract's object without its closing brace, then one field more.
        byte[] rank = Encoding.UTF8.GetBytes($",\"lifecycleRank\":{(byte)@event.Type}}}");
        return [.. buffer.WrittenSpan[..^1], .. rank];
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
