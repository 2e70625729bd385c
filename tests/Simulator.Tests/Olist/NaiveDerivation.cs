using System.Globalization;
using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

/// <summary>The rules of fulfillment-v1 §2 once more, as slowly and plainly as they are written, to compare with.</summary>
internal static class NaiveDerivation
{
    public static List<FulfillmentEvent> Of(string folder)
    {
        var customers = Rows(OlistFile.Customers, folder).ToDictionary(static row => row["customer_id"], static row => row["customer_state"]);
        var sellers = Rows(OlistFile.Sellers, folder).ToDictionary(static row => row["seller_id"], static row => row["seller_state"]);
        var items = Rows(OlistFile.Items, folder).ToLookup(static row => row["order_id"]);
        var orders = Rows(OlistFile.Orders, folder);
        var horizon = orders.SelectMany(KnownTimes).Max();
        var events = new List<FulfillmentEvent>();
        foreach (var order in orders)
        {
            EventTime? purchased = Time(order["order_purchase_timestamp"]), approved = Time(order["order_approved_at"]);
            EventTime? carrier = Time(order["order_delivered_carrier_date"]), delivered = Time(order["order_delivered_customer_date"]);
            var promised = Time(order["order_estimated_delivery_date"]);
            var first = items[order["order_id"]].MinBy(static item => int.Parse(item["order_item_id"], CultureInfo.InvariantCulture));
            var seller = first is not null && sellers.TryGetValue(first["seller_id"], out string? state) ? Region.Parse(state) : default;
            var customer = customers.TryGetValue(order["customer_id"], out string? lives) ? Region.Parse(lives) : default;
            string status = order["order_status"];
            EventTime? cancelled = status is "canceled" or "unavailable" ? KnownTimes(order).Max() : null;

            Emit(EventType.OrderPlaced, purchased);
            Emit(EventType.OrderApproved, approved);
            if (first is not null && (approved ?? carrier) is not null)
                Emit(EventType.WarehouseAssigned, approved ?? purchased);
            Emit(EventType.HandedToCarrier, carrier);
            Emit(EventType.Delivered, delivered);
            Emit(EventType.OrderCancelled, cancelled, $$"""{"inferred":true,"reason":"{{status}}"}""");
            var deadline = order["order_estimated_delivery_date"].EndsWith("00:00:00", StringComparison.Ordinal) ? promised + 86_399 : promised;
            if (deadline <= horizon && !(delivered <= deadline) && !(cancelled <= deadline))
                Emit(EventType.DeliveryDelayed, deadline);

            void Emit(EventType type, EventTime? at, string? extras = null)
            {
                if (at is { } time)
                    events.Add(new FulfillmentEvent(OrderId.Parse(order["order_id"]), type, time, seller, customer, promised, extras));
            }
        }

        return [.. events.OrderBy(static e => e.EventAt).ThenBy(static e => e.OrderId.ToString(), StringComparer.Ordinal).ThenBy(static e => e.Type)];
    }

    private static IEnumerable<EventTime> KnownTimes(Dictionary<string, string> order) =>
        new[] { "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date" }
            .Select(header => Time(order[header])).OfType<EventTime>();

    private static EventTime? Time(string text) => text.Length == 0 ? null : EventTime.Parse(text.Replace(' ', 'T') + "Z");

    private static List<Dictionary<string, string>> Rows(OlistFile file, string folder)
    {
        string[] lines = File.ReadAllLines(file.In(folder)), headers = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => line.Replace(", ", " ", StringComparison.Ordinal).Split(','))
            .Select(fields => headers.Zip(fields).ToDictionary(static pair => pair.First, static pair => pair.Second))];
    }
}
