using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Eip.Domain;

/// <summary>Reads every form of an event that the contract allows, and says what is wrong with any other (fulfillment-v1 §1). It never throws.</summary>
internal static class GeneralEventReader
{
    public static bool TryRead(ReadOnlySpan<byte> json, out FulfillmentEvent @event, [NotNullWhen(false)] out EventError? error)
    {
        @event = default;
        if (json.Length > EventJson.MaxLength)
        {
            error = new EventError(null, $"It has more than {EventJson.MaxLength} bytes.");
            return false;
        }

        if (!JsonText.IsSound(json, EventJson.MaxDepth, out error))
            return false;
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        error = document.RootElement.ValueKind == JsonValueKind.Object
            ? Read(document.RootElement, out @event)
            : new EventError(null, "This is not a JSON object.");
        return error is null;
    }

    private static EventError? Read(JsonElement root, out FulfillmentEvent @event)
    {
        @event = default;
        EventError? wrongType = null;
        string? id = Text(root, "eventId", null), typeName = Text(root, "eventType", null), at = Text(root, "eventAt", null), order = Text(root, "orderId", null);
        string? source = Text(root, "source", null), sellerText = Text(root, "sellerRegion", null), customerText = Text(root, "customerRegion", null);
        bool hasPayload = root.TryGetProperty("payload", out var payload) && payload.ValueKind != JsonValueKind.Null;
        if (hasPayload && payload.ValueKind != JsonValueKind.Object)
            wrongType ??= new EventError("payload", "This is not a JSON object.");
        string? promise = wrongType is null && hasPayload ? Text(payload, "estimatedDeliveryAt", "payload.") : null;
        if (wrongType is not null)
            return wrongType;

        if (!OrderId.TryParse(order, out var orderId))
            return new EventError("orderId", $"An order id of 1 to {OrderId.MaxUtf8Length} bytes without control characters is needed.");
        if (!EventTypes.TryParse(typeName, out var type))
            return new EventError("eventType", $"'{ShownText.Shorten(typeName)}' is not an event type of the contract.");
        if (!EventTime.TryParse(at, out var eventAt))
            return NoTime("eventAt", at);
        if (source != type.Source().Name())
            return new EventError("source", $"{type.Name()} is owned by {type.Source().Name()}, not by '{ShownText.Shorten(source)}'.");
        if (root.TryGetProperty("eventId", out _) && EventId.Of(orderId, type, eventAt) is var right && !Follows(id, right, typeName!, orderId, eventAt))
            return new EventError("eventId", $"The id of this event is {right}, not '{ShownText.Shorten(id)}'.");
        if (!TryRegion(sellerText, out var seller))
            return NoRegion("sellerRegion", sellerText);
        if (!TryRegion(customerText, out var customer))
            return NoRegion("customerRegion", customerText);
        EventTime? estimated = null;
        if (promise is not null)
        {
            if (!EventTime.TryParse(promise, out var time))
                return NoTime("payload.estimatedDeliveryAt", promise);
            estimated = time;
        }

        string? extras = hasPayload ? Extras(payload) : null;
        if (extras is not null && Encoding.UTF8.GetByteCount(extras) > EventJson.MaxPayloadExtrasLength)
            return new EventError("payload", $"Its further fields take more than {EventJson.MaxPayloadExtrasLength} bytes.");
        @event = new FulfillmentEvent(orderId, type, eventAt, seller, customer, estimated, extras);
        return null;

        string? Text(JsonElement parent, string name, string? prefix)
        {
            if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
                return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            wrongType ??= new EventError(prefix + name, "This has not the type that the contract gives it.");
            return null;
        }
    }

    // An alias may have been hashed under the name that it came with.
    private static bool Follows(string? text, EventId right, string typeName, OrderId orderId, EventTime eventAt) =>
        EventId.TryParse(text, out var given) && (given == right || given == EventId.Of(orderId, typeName, eventAt));

    private static EventError NoTime(string field, string? text) => new(field, $"'{ShownText.Shorten(text)}' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");

    private static EventError NoRegion(string field, string? text) => new(field, $"'{ShownText.Shorten(text)}' is not a region of two capital letters.");

    private static bool TryRegion(string? text, out Region region)
    {
        region = default;
        return text is null || Region.TryParse(text, out region);
    }

    // In name order and without white space, so that the same fields give the same text.
    private static string? Extras(JsonElement payload)
    {
        var further = payload.EnumerateObject().Where(static field => field.Name != "estimatedDeliveryAt").OrderBy(static field => field.Name, StringComparer.Ordinal).ToList();
        if (further.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in further)
            {
                writer.WritePropertyName(field.Name);
                field.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
