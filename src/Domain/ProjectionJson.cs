using System.Text.Json;

namespace Eip.Domain;

/// <summary>Projections as JSON: the contract's field names and forms, one place for exports, the Ops API and search documents.</summary>
public static class ProjectionJson
{
    /// <summary>Writes the fields of a card into an object that is open, so that others may follow.</summary>
    public static void WriteFields(Utf8JsonWriter writer, CaseCard card)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        writer.WriteString("orderId"u8, text[..card.OrderId.Format(text)]);
        writer.WriteString("currentStatus"u8, card.CurrentStatus.Name());
        Write(writer, "orderedAt"u8, card.OrderedAt);
        Write(writer, "approvedAt"u8, card.ApprovedAt);
        Write(writer, "assignedAt"u8, card.AssignedAt);
        Write(writer, "handoffAt"u8, card.HandoffAt);
        Write(writer, "deliveredAt"u8, card.DeliveredAt);
        Write(writer, "delayedAt"u8, card.DelayedAt);
        Write(writer, "cancelledAt"u8, card.CancelledAt);
        Write(writer, "estimatedDeliveryAt"u8, card.EstimatedDeliveryAt);
        writer.WriteString("sellerRegion"u8, card.SellerRegion.Text);
        writer.WriteString("customerRegion"u8, card.CustomerRegion.Text);
        Write(writer, "approvalSeconds"u8, card.ApprovalSeconds);
        Write(writer, "handlingSeconds"u8, card.HandlingSeconds);
        Write(writer, "transitSeconds"u8, card.TransitSeconds);
        Write(writer, "leadTimeSeconds"u8, card.LeadTimeSeconds);
        writer.WriteBoolean("isLate"u8, card.IsLate);
        writer.WriteNumber("eventCount"u8, card.EventCount);
        Write(writer, "lastEventAt"u8, card.LastEventAt);
        writer.WriteStartArray("anomalies"u8);
        foreach (string anomaly in card.Anomalies.Names())
            writer.WriteStringValue(anomaly);
        writer.WriteEndArray();
    }

    /// <summary>Writes figures into an object that is open, under the camel-case names of the <c>route_stats_daily</c> columns.</summary>
    public static void WriteFields(Utf8JsonWriter writer, LaneKpis kpis)
    {
        writer.WriteNumber("sampleCount"u8, kpis.SampleCount);
        Write(writer, "avgLeadTimeHours"u8, kpis.AvgLeadTimeHours);
        Write(writer, "p50LeadTimeHours"u8, kpis.P50LeadTimeHours);
        Write(writer, "p95LeadTimeHours"u8, kpis.P95LeadTimeHours);
        writer.WriteNumber("lateCount"u8, kpis.LateCount);
        Write(writer, "lateRate"u8, kpis.LateRate);
        Write(writer, "avgHandlingHours"u8, kpis.AvgHandlingHours);
        Write(writer, "avgTransitHours"u8, kpis.AvgTransitHours);
        writer.WriteNumber("breachCount"u8, kpis.BreachCount);
        writer.WriteNumber("cancelledCount"u8, kpis.CancelledCount);
        writer.WriteNumber("promisedCount"u8, kpis.PromisedCount);
        writer.WriteNumber("keptCount"u8, kpis.KeptCount);
        Write(writer, "onTimeRate"u8, kpis.OnTimeRate);
    }

    /// <summary>Writes a row of <c>route_stats_daily</c> into an object that is open.</summary>
    public static void WriteFields(Utf8JsonWriter writer, RouteStats stats)
    {
        writer.WriteString("statDate"u8, stats.StatDate.ToString("O"));
        writer.WriteString("sellerRegion"u8, stats.Lane.Seller.Text);
        writer.WriteString("customerRegion"u8, stats.Lane.Customer.Text);
        WriteFields(writer, stats.Kpis);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, EventTime? time)
    {
        if (time is { } known)
        {
            Span<byte> text = stackalloc byte[EventTime.TextLength];
            known.Format(text);
            writer.WriteString(name, text);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, decimal? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }
}
