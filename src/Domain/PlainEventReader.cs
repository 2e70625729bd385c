using System.Text;
using System.Text.Json;

namespace Eip.Domain;

/// <summary>
/// Reads events of the usual form without a document in between: contract fields only, each at most once, in ASCII without escapes. It says no to
/// everything else, good or bad, and leaves it to <see cref="GeneralEventReader"/>; what it takes, that reader takes with the same result.
/// </summary>
internal static class PlainEventReader
{
    // Of everything but ids.
    private const int LongestText = 32;

    [Flags]
    private enum Field
    {
        None = 0,
        EventId = 1,
        EventType = 2,
        EventAt = 4,
        OrderId = 8,
        Source = 16,
        SellerRegion = 32,
        CustomerRegion = 64,
        Payload = 128,
        Required = EventType | EventAt | OrderId | Source,
    }

    public static bool TryRead(ReadOnlySpan<byte> json, out FulfillmentEvent @event)
    {
        if (json.Length > EventJson.MaxLength)
            return No(out @event);
        try
        {
            var reader = new Utf8JsonReader(json);
            var draft = default(Draft);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && draft.ReadFields(ref reader) && !reader.Read()
                ? draft.TryMake(out @event)
                : No(out @event);
        }
        catch (JsonException)
        {
            return No(out @event);
        }
    }

    private static bool No(out FulfillmentEvent @event)
    {
        @event = default;
        return false;
    }

    private static Field FieldOf(ref Utf8JsonReader reader) => reader.ValueSpan switch
    {
        [(byte)'e', ..] when reader.ValueTextEquals("eventId"u8) => Field.EventId,
        [(byte)'e', ..] when reader.ValueTextEquals("eventType"u8) => Field.EventType,
        [(byte)'e', ..] when reader.ValueTextEquals("eventAt"u8) => Field.EventAt,
        [(byte)'o', ..] when reader.ValueTextEquals("orderId"u8) => Field.OrderId,
        [(byte)'s', ..] when reader.ValueTextEquals("source"u8) => Field.Source,
        [(byte)'s', ..] when reader.ValueTextEquals("sellerRegion"u8) => Field.SellerRegion,
        [(byte)'c', ..] when reader.ValueTextEquals("customerRegion"u8) => Field.CustomerRegion,
        [(byte)'p', ..] when reader.ValueTextEquals("payload"u8) => Field.Payload,
        _ => Field.None,
    };

    private struct Draft
    {
        private Field seen;
        private EventId id;
        private EventType type;
        private EventTime at;
        private OrderId order;
        private EventSource source;
        private Region seller, customer;
        private EventTime? promise;

        public bool ReadFields(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A name with escapes is left to the general reader: half a surrogate pair in it cannot even be compared.
                var field = reader.ValueIsEscaped ? Field.None : FieldOf(ref reader);
                if (field == Field.None || (seen & field) != Field.None || !reader.Read() || !ReadValue(ref reader, field))
                    return false;
                seen |= field;
            }

            return reader.TokenType == JsonTokenType.EndObject && (seen & Field.Required) == Field.Required;
        }

        public readonly bool TryMake(out FulfillmentEvent @event)
        {
            @event = new FulfillmentEvent(order, type, at, seller, customer, promise);
            return type.Source() == source && ((seen & Field.EventId) == Field.None || id == @event.Id);
        }

        private bool ReadValue(ref Utf8JsonReader reader, Field field)
        {
            if (field == Field.Payload)
                return reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.StartObject && ReadPayload(ref reader));
            if (reader.TokenType == JsonTokenType.Null)
                return field is Field.SellerRegion or Field.CustomerRegion;
            if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                return false;
            if (field == Field.OrderId)
                return OrderId.TryParse(reader.ValueSpan, out order);
            if (field == Field.EventId)
                return EventId.TryParse(reader.ValueSpan, out id);
            Span<char> buffer = stackalloc char[LongestText];
            if (!TryText(ref reader, buffer, out int length))
                return false;
            ReadOnlySpan<char> text = buffer[..length];
            switch (field)
            {
                case Field.EventType:
                    // An alias may have been hashed under either name: rare enough for the general reader.
                    return EventTypes.TryParse(text, out type) && text.SequenceEqual(type.Name());
                case Field.EventAt:
                    return EventTime.TryParse(text, out at);
                case Field.Source:
                    return TrySource(text);
                case Field.SellerRegion:
                    return Region.TryParse(text, out seller);
                default:
                    return Region.TryParse(text, out customer);
            }
        }

        private bool ReadPayload(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
                return reader.TokenType == JsonTokenType.EndObject;
            if (reader.ValueIsEscaped || !reader.ValueTextEquals("estimatedDeliveryAt"u8) || !reader.Read())
                return false;
            if (reader.TokenType != JsonTokenType.Null)
            {
                Span<char> text = stackalloc char[LongestText];
                if (!TryText(ref reader, text, out int length) || !EventTime.TryParse(text[..length], out var time))
                    return false;
                promise = time;
            }

            return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
        }

        private bool TrySource(ReadOnlySpan<char> text)
        {
            for (var owner = EventSource.Oms; owner <= EventSource.Tms; owner++)
            {
                if (text.SequenceEqual(owner.Name()))
                {
                    source = owner;
                    return true;
                }
            }

            return false;
        }

        private static bool TryText(ref Utf8JsonReader reader, scoped Span<char> text, out int length)
        {
            length = 0;
            return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.ValueSpan.Length <= text.Length
                && Ascii.ToUtf16(reader.ValueSpan, text, out length) == System.Buffers.OperationStatus.Done;
        }
    }
}
