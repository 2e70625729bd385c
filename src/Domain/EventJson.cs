using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Eip.Domain;

/// <summary>Why an event cannot be read.</summary>
/// <param name="Field">The field at fault, such as <c>eventAt</c> or <c>payload.estimatedDeliveryAt</c>; null when the text is not JSON at all.</param>
/// <param name="Reason">What is wrong with it, in a sentence for people.</param>
public sealed record EventError(string? Field, string Reason)
{
    /// <summary>Field and reason in one line.</summary>
    public override string ToString() => Field is null ? Reason : $"{Field}: {Reason}";
}

/// <summary>
/// Events as JSON objects, one form for reading and writing (fulfillment-v1 §1). Every path that takes an event from bytes goes through
/// <see cref="TryRead"/>, so that what one takes all take, and all can write it back.
/// </summary>
public static class EventJson
{
    /// <summary>The most bytes of an event's JSON.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The most that a payload's further fields may take, in UTF-8 bytes.</summary>
    public const int MaxPayloadExtrasLength = 32 * 1024;

    /// <summary>The most levels of objects and arrays, the event itself being the first: documents that hold events in arrays stay within 64.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// Reads one event; never throws, whatever the bytes. Unknown fields beside the payload are ignored, unknown payload fields are kept; an id may be
    /// left out and otherwise must be the one that follows from the event, and the source the owner of its type. What it takes can be written, and read
    /// again as the same event.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out FulfillmentEvent @event, [NotNullWhen(false)] out EventError? error)
    {
        error = null;
        return PlainEventReader.TryRead(json, out @event) || GeneralEventReader.TryRead(json, out @event, out error);
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
}
