using System.Text.Json;

namespace Eip.Domain;

/// <summary>Projections as JSON: the contract's field names and forms, one place for exports, the Ops API and search documents.</summary>
public static class ProjectionJson
{
    /// <summary>Writes the fields of a card into an object that is open, so that others may follow.</summary>
    public static void WriteFields(Utf8JsonWriter writer, CaseCard card)
    {
        writer.WriteString("orderId", card.OrderId.ToString());
        writer.WriteString("currentStatus", card.CurrentStatus.Name());
        Write(writer, "orderedAt", card.OrderedAt);
        Write(writer, "approvedAt", card.ApprovedAt);
        Write(writer, "assignedAt", card.AssignedAt);
        Write(writer, "handoffAt", card.HandoffAt);
        Write(writer, "deliveredAt", card.DeliveredAt);
        Write(writer, "delayedAt", card.DelayedAt);
        Write(writer, "cancelledAt", card.CancelledAt);
        Write(writer, "estimatedDeliveryAt", card.EstimatedDeliveryAt);
        writer.WriteString("sellerRegion", card.SellerRegion.Text);
        writer.WriteString("customerRegion", card.CustomerRegion.Text);
        Write(writer, "approvalSeconds", card.ApprovalSeconds);
        Write(writer, "handlingSeconds", card.HandlingSeconds);
        Write(writer, "transitSeconds", card.TransitSeconds);
        Write(writer, "leadTimeSeconds", card.LeadTimeSeconds);
        writer.WriteBoolean("isLate", card.IsLate);
        writer.WriteNumber("eventCount", card.EventCount);
        Write(writer, "lastEventAt", card.LastEventAt);
        writer.WriteStartArray("anomalies");
        foreach (string anomaly in card.Anomalies.Names())
            writer.WriteStringValue(anomaly);
        writer.WriteEndArray();
    }

    /// <summary>Writes figures into an object that is open, under the camel-case names of the <c>route_stats_daily</c> columns.</summary>
    public static void WriteFields(Utf8JsonWriter writer, LaneKpis kpis)
    {
        writer.WriteNumber("sampleCount", kpis.SampleCount);
        Write(writer, "avgLeadTimeHours", kpis.AvgLeadTimeHours);
        Write(writer, "p50LeadTimeHours", kpis.P50LeadTimeHours);
        Write(writer, "p95LeadTimeHours", kpis.P95LeadTimeHours);
        writer.WriteNumber("lateCount", kpis.LateCount);
        Write(writer, "lateRate", kpis.LateRate);
        Write(writer, "avgHandlingHours", kpis.AvgHandlingHours);
        Write(writer, "avgTransitHours", kpis.AvgTransitHours);
        writer.WriteNumber("breachCount", kpis.BreachCount);
        writer.WriteNumber("cancelledCount", kpis.CancelledCount);
    }

    /// <summary>Writes a row of <c>route_stats_daily</c> into an object that is open.</summary>
    public static void WriteFields(Utf8JsonWriter writer, RouteStats stats)
    {
        writer.WriteString("statDate", stats.StatDate.ToString("O"));
        writer.WriteString("sellerRegion", stats.Lane.Seller.Text);
        writer.WriteString("customerRegion", stats.Lane.Customer.Text);
        WriteFields(writer, stats.Kpis);
    }

    private static void Write(Utf8JsonWriter writer, string name, EventTime? time)
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

    private static void Write(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter writer, string name, decimal? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }
}
