using System.Buffers;
using System.Globalization;
using System.Text;

namespace Eip.Domain;

/// <summary>
/// The canonical text of every projection: CSV in UTF-8 with the columns of the contract's vectors, then any further ones; rows end with a line feed.
/// Exports write these bytes and the digest hashes them (fulfillment-v1 §5).
/// </summary>
public static class CanonicalCsv
{
    /// <summary>Header of the case cards, sorted by order id.</summary>
    public const string CardHeader =
        "orderId,currentStatus,orderedAt,approvedAt,assignedAt,handoffAt,deliveredAt,delayedAt,cancelledAt,estimatedDeliveryAt,sellerRegion,customerRegion,"
        + "approvalSeconds,handlingSeconds,transitSeconds,leadTimeSeconds,isLate,eventCount,lastEventAt,anomalies";

    /// <summary>Header of events, in emission order, and of timelines, sorted by order id and then as the timeline is.</summary>
    public const string EventHeader = "eventId,eventType,eventAt,orderId,source,sellerRegion,customerRegion,estimatedDeliveryAt";

    /// <summary>Header of <c>route_stats_daily</c>, sorted by its key.</summary>
    public const string RouteStatsHeader =
        "stat_date,seller_region,customer_region,sample_count,avg_lead_time_hours,p50_lead_time_hours,p95_lead_time_hours,late_count,late_rate,"
        + "avg_handling_hours,avg_transit_hours,breach_count,cancelled_count,promised_count,kept_count,on_time_rate";

    /// <summary>Writes a header and its line feed.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, string header) => Encoding.UTF8.GetBytes(header + "\n", output);

    /// <summary>Writes a card; several anomalies are joined by <c>|</c>.</summary>
    public static void Write(IBufferWriter<byte> output, CaseCard card)
    {
        var row = new Row(output);
        row.Add(card.OrderId);
        row.Add(card.CurrentStatus.Name());
        row.Add(card.OrderedAt);
        row.Add(card.ApprovedAt);
        row.Add(card.AssignedAt);
        row.Add(card.HandoffAt);
        row.Add(card.DeliveredAt);
        row.Add(card.DelayedAt);
        row.Add(card.CancelledAt);
        row.Add(card.EstimatedDeliveryAt);
        row.Add(card.SellerRegion);
        row.Add(card.CustomerRegion);
        row.Add(card.ApprovalSeconds);
        row.Add(card.HandlingSeconds);
        row.Add(card.TransitSeconds);
        row.Add(card.LeadTimeSeconds);
        row.Add(card.IsLate ? "true" : "false");
        row.Add(card.EventCount);
        row.Add(card.LastEventAt);
        row.Add(card.Anomalies == CaseAnomalies.None ? "" : string.Join('|', card.Anomalies.Names()));
        row.End();
    }

    /// <summary>Writes an event.</summary>
    public static void Write(IBufferWriter<byte> output, in FulfillmentEvent @event)
    {
        var row = new Row(output);
        row.Add(@event.Id.ToString());
        row.Add(@event.Type.Name());
        row.Add(@event.EventAt);
        row.Add(@event.OrderId);
        row.Add(@event.Source.Name());
        row.Add(@event.SellerRegion);
        row.Add(@event.CustomerRegion);
        row.Add(@event.EstimatedDeliveryAt);
        row.End();
    }

    /// <summary>Writes a row of <c>route_stats_daily</c>.</summary>
    public static void Write(IBufferWriter<byte> output, RouteStats stats)
    {
        var row = new Row(output);
        row.Add(stats.StatDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        row.Add(stats.Lane.Seller);
        row.Add(stats.Lane.Customer);
        row.Add(stats.Kpis.SampleCount);
        row.Add(stats.Kpis.AvgLeadTimeHours);
        row.Add(stats.Kpis.P50LeadTimeHours);
        row.Add(stats.Kpis.P95LeadTimeHours);
        row.Add(stats.Kpis.LateCount);
        row.Add(stats.Kpis.LateRate);
        row.Add(stats.Kpis.AvgHandlingHours);
        row.Add(stats.Kpis.AvgTransitHours);
        row.Add(stats.Kpis.BreachCount);
        row.Add(stats.Kpis.CancelledCount);
        row.Add(stats.Kpis.PromisedCount);
        row.Add(stats.Kpis.KeptCount);
        row.Add(stats.Kpis.OnTimeRate);
        row.End();
    }

    // One row is at most this long: an order id of 200 bytes with every byte a quote, and twenty short columns.
    private ref struct Row(IBufferWriter<byte> output)
    {
        private const int MaxLength = 1024;
        private readonly Span<byte> text = output.GetSpan(MaxLength);
        private int length;

        public void Add(OrderId id)
        {
            Span<byte> raw = stackalloc byte[OrderId.MaxUtf8Length];
            raw = raw[..id.Format(raw)];
            if (id.IsHex || raw.IndexOfAny((byte)',', (byte)'"') < 0)
            {
                raw.CopyTo(text[length..]);
                length += raw.Length;
            }
            else
            {
                text[length++] = (byte)'"';
                foreach (byte value in raw)
                {
                    if (value == '"')
                        text[length++] = value;
                    text[length++] = value;
                }

                text[length++] = (byte)'"';
            }

            text[length++] = (byte)',';
        }

        public void Add(string value)
        {
            length += Encoding.ASCII.GetBytes(value, text[length..]);
            text[length++] = (byte)',';
        }

        public void Add(EventTime? time)
        {
            if (time is { } known)
            {
                known.Format(text[length..]);
                length += EventTime.TextLength;
            }

            text[length++] = (byte)',';
        }

        public void Add(Region region)
        {
            if (region.IsKnown)
            {
                text[length++] = (byte)(region.Code >> 8);
                text[length++] = (byte)region.Code;
            }

            text[length++] = (byte)',';
        }

        public void Add(long? number)
        {
            if (number is { } known)
            {
                known.TryFormat(text[length..], out int written, default, CultureInfo.InvariantCulture);
                length += written;
            }

            text[length++] = (byte)',';
        }

        public void Add(decimal? number)
        {
            if (number is { } known)
            {
                known.TryFormat(text[length..], out int written, "F4", CultureInfo.InvariantCulture);
                length += written;
            }

            text[length++] = (byte)',';
        }

        public void End()
        {
            text[length - 1] = (byte)'\n';
            output.Advance(length);
        }
    }
}
