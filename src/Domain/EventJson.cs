using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Eip.Domain;

/// <summary>Why an event cannot be read.</summary>
/// <param name="Field">The field at fault, such as <c>eventAt</c> or <c>payload.estimatedDeliveryAt</c>; null when the text is not JSON at all.</param>
/// <param name="Reason">What is wrong with it, in a sentence for people.</param>
public sealed record EventError(string? Field, string Reason)
{
    /// <summary>Field and reason in one line.</summary>
    public override string ToString() => Field is null ? Reason : $"{Field}: {Reason}";
}

/// <summary>Events as JSON objects, one form for reading and writing (fulfillment-v1 §1).</summary>
public static class EventJson
{
    /// <summary>The most that a payload's further fields may take, in UTF-8 bytes.</summary>
    public const int MaxPayloadExtrasLength = 32 * 1024;

    /// <summary>
    /// Reads one event. Unknown fields beside the payload are ignored, unknown payload fields are kept; the id must be the one that follows from the
    /// event, and the source the owner of its type.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out FulfillmentEvent @event, [NotNullWhen(false)] out EventError? error)
    {
        error = null;
        return PlainEventReader.TryRead(json, out @event) || TryReadAny(json, out @event, out error);
    }

    /// <summary>The general reader: every form that the contract allows, and what is wrong with any other.</summary>
    internal static bool TryReadAny(ReadOnlySpan<byte> json, out FulfillmentEvent @event, [NotNullWhen(false)] out EventError? error)
    {
        EventDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, EventJsonContext.Default.EventDocument);
        }
        catch (JsonException exception)
        {
            string? field = exception.Path is { Length: > 2 } path ? path[2..] : null;
            error = new EventError(field, field is null ? "This is not a JSON object." : "This has not the type that the contract gives it.");
            @event = default;
            return false;
        }

        @event = default;
        error = document is null ? new EventError(null, "This is not a JSON object.") : Read(document, out @event);
        return error is null;
    }

    /// <summary>Writes one event as a JSON object without line breaks.</summary>
    public static void Write(Utf8JsonWriter writer, in FulfillmentEvent @event)
    {
        writer.WriteStartObject();
        WriteFields(writer, @event, @event.Id);
        writer.WriteEndObject();
    }

    /// <summary>Writes the fields of an event into an object that is open, so that others may follow.</summary>
    /// <param name="writer">Writes them.</param>
    /// <param name="event">The event.</param>
    /// <param name="id">The event's id, which takes a hash to compute.</param>
    public static void WriteFields(Utf8JsonWriter writer, in FulfillmentEvent @event, EventId id)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        id.Format(text);
        writer.WriteString("eventId"u8, text[..EventId.TextLength]);
        writer.WriteString("eventType"u8, @event.Type.Name());
        @event.EventAt.Format(text);
        writer.WriteString("eventAt"u8, text[..EventTime.TextLength]);
        writer.WriteString("orderId"u8, text[..@event.OrderId.Format(text)]);
        writer.WriteString("source"u8, @event.Source.Name());
        writer.WriteString("sellerRegion"u8, @event.SellerRegion.Text);
        writer.WriteString("customerRegion"u8, @event.CustomerRegion.Text);
        writer.WriteStartObject("payload"u8);
        if (@event.EstimatedDeliveryAt is { } promise)
        {
            promise.Format(text);
            writer.WriteString("estimatedDeliveryAt"u8, text[..EventTime.TextLength]);
        }
        else
        {
            writer.WriteNull("estimatedDeliveryAt"u8);
        }

        if (@event.PayloadExtras is { } extras)
        {
            using var document = JsonDocument.Parse(extras);
            foreach (var field in document.RootElement.EnumerateObject())
                field.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>One event as a line of JSON, without the line break.</summary>
    public static string ToJson(in FulfillmentEvent @event)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, @event);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static EventError? Read(EventDocument document, out FulfillmentEvent @event)
    {
        @event = default;
        if (!OrderId.TryParse(document.OrderId, out var orderId))
            return new EventError("orderId", $"An order id of 1 to {OrderId.MaxUtf8Length} bytes without control characters is needed.");
        if (!EventTypes.TryParse(document.EventType, out var type))
            return new EventError("eventType", $"'{Shown(document.EventType)}' is not an event type of the contract.");
        if (!EventTime.TryParse(document.EventAt, out var eventAt))
            return new EventError("eventAt", $"'{Shown(document.EventAt)}' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");
        if (document.Source != type.Source().Name())
            return new EventError("source", $"{type.Name()} is owned by {type.Source().Name()}, not by '{Shown(document.Source)}'.");
        var id = EventId.Of(orderId, type, eventAt);
        // An alias may have been hashed under the name that it came with.
        if (!EventId.TryParse(document.EventId, out var given) || (given != id && given != EventId.Of(orderId, document.EventType!, eventAt)))
            return new EventError("eventId", $"The id of this event is {id}, not '{Shown(document.EventId)}'.");
        if (!TryRegion(document.SellerRegion, out var seller))
            return new EventError("sellerRegion", $"'{Shown(document.SellerRegion)}' is not a region of two capital letters.");
        if (!TryRegion(document.CustomerRegion, out var customer))
            return new EventError("customerRegion", $"'{Shown(document.CustomerRegion)}' is not a region of two capital letters.");
        EventTime? estimated = null;
        if (document.Payload?.EstimatedDeliveryAt is { } promise)
        {
            if (!EventTime.TryParse(promise, out var time))
                return new EventError("payload.estimatedDeliveryAt", $"'{Shown(promise)}' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");
            estimated = time;
        }

        string? extras = Extras(document.Payload?.Further);
        if (extras is not null && Encoding.UTF8.GetByteCount(extras) > MaxPayloadExtrasLength)
            return new EventError("payload", $"Its further fields take more than {MaxPayloadExtrasLength} bytes.");
        @event = new FulfillmentEvent(orderId, type, eventAt, seller, customer, estimated, extras);
        return null;
    }

    private static bool TryRegion(string? text, out Region region)
    {
        region = default;
        return text is null || Region.TryParse(text, out region);
    }

    // In name order and without white space, so that the same fields give the same text.
    private static string? Extras(Dictionary<string, JsonElement>? further)
    {
        if (further is null || further.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in further.OrderBy(static field => field.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? Shown(string? text) => text is { Length: > 80 } ? string.Concat(text.AsSpan(0, 80), "…") : text;
}

internal sealed class EventDocument
{
    public string? EventId { get; set; }

    public string? EventType { get; set; }

    public string? EventAt { get; set; }

    public string? OrderId { get; set; }

    public string? Source { get; set; }

    public string? SellerRegion { get; set; }

    public string? CustomerRegion { get; set; }

    public PayloadDocument? Payload { get; set; }
}

internal sealed class PayloadDocument
{
    public string? EstimatedDeliveryAt { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Further { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EventDocument))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
