using System.Buffers;
using System.Text.Json;
using Eip.Domain;

namespace Eip.Storage.Elasticsearch.Documents;

/// <summary>A case card as a document of <c>shipments</c>: its contract fields, then what searches need besides.</summary>
internal static class CardDocument
{
    private static readonly string[] StepNames = ["", "APPROVAL", "HANDLING", "TRANSIT"];

    /// <summary>The name of a step; null when there is none to wait in.</summary>
    public static string? NameOf(OpenStep step) => step == OpenStep.None ? null : StepNames[(int)step];

    /// <summary>The name of a lane; null for an order in none.</summary>
    public static string? NameOf(Lane? lane) => lane is { } known ? $"{known.Seller}-{known.Customer}" : null;

    /// <summary>Writes the document of a case.</summary>
    public static void Write(Utf8JsonWriter writer, CaseCard card, string variant)
    {
        writer.WriteStartObject();
        ProjectionJson.WriteFields(writer, card);
        var progress = CaseProgress.Of(card);
        writer.WriteString("lane"u8, NameOf(card.Lane));
        writer.WriteString("variant"u8, variant);
        writer.WriteString("openStep"u8, NameOf(progress.Step));
        writer.WriteString("openSince"u8, progress.Since?.ToString());
        writer.WriteEndObject();
    }

    /// <summary>The card of a document.</summary>
    /// <exception cref="FormatException">A field that the card follows from is damaged.</exception>
    public static CaseCard Read(JsonElement document)
    {
        var times = new MilestoneTimes();
        Observe(ref times, EventType.OrderPlaced, document, "orderedAt");
        Observe(ref times, EventType.OrderApproved, document, "approvedAt");
        Observe(ref times, EventType.WarehouseAssigned, document, "assignedAt");
        Observe(ref times, EventType.HandedToCarrier, document, "handoffAt");
        Observe(ref times, EventType.Delivered, document, "deliveredAt");
        Observe(ref times, EventType.DeliveryDelayed, document, "delayedAt");
        Observe(ref times, EventType.OrderCancelled, document, "cancelledAt");
        bool isRepeated = document.TryGetProperty("anomalies", out var anomalies) && anomalies.ValueKind == JsonValueKind.Array
            && anomalies.EnumerateArray().Any(static name => name.ValueEquals("REPEATED_MILESTONE"));
        if (!document.TryGetProperty("eventCount", out var count) || count.ValueKind != JsonValueKind.Number || !count.TryGetInt32(out int events))
            throw new FormatException("eventCount is no number.");
        return new CaseCard(
            OrderId.Parse(Text(document, "orderId")),
            times,
            Time(document, "estimatedDeliveryAt"),
            RegionOf(document, "sellerRegion"),
            RegionOf(document, "customerRegion"),
            events,
            Time(document, "lastEventAt") ?? throw new FormatException("lastEventAt is missing."),
            isRepeated);
    }

    /// <summary>Whether a document is what its order's card and variant give, field by field.</summary>
    public static bool IsWhole(JsonElement document, CaseCard card, IReadOnlyList<FulfillmentEvent> timeline)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, card, CaseVariant.Of(timeline));
        using var expected = JsonDocument.Parse(buffer.WrittenMemory);
        return JsonElement.DeepEquals(document, expected.RootElement);
    }

    private static void Observe(ref MilestoneTimes times, EventType type, JsonElement document, string field)
    {
        if (Time(document, field) is { } at)
            times.Observe(type, at);
    }

    private static EventTime? Time(JsonElement document, string field) => Text(document, field) is { } text ? EventTime.Parse(text) : null;

    private static Region RegionOf(JsonElement document, string field) => Text(document, field) is { } text ? Region.Parse(text) : default;

    private static string? Text(JsonElement document, string field)
    {
        if (!document.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"{field} is no text.");
    }
}
