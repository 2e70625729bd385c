using System.Buffers.Text;
using System.Text;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>Reads the rows of each file; what cannot be read is set aside (fulfillment-v1 §2). An empty field is an absent one.</summary>
internal static class OlistRows
{
    private const int BytesPerOrder = 150;
    private const int BytesPerCustomer = 85;
    private const int BytesPerItem = 140;
    private const long MaxOrders = 1L << EventKey.OrderBits;

    /// <summary>Reads all orders.</summary>
    /// <exception cref="DataSetException">There are more than can be sorted in memory.</exception>
    public static ParsedOrders ReadOrders(OlistTable table)
    {
        var orders = new ParsedOrders(table.Length / BytesPerOrder);
        while (table.Read())
        {
            if (!TryReadOrder(table, out var order, out var text))
                continue;
            if (orders.Count == MaxOrders)
                throw new DataSetException($"{OlistFile.Orders.Name} has more than {MaxOrders} orders.", OlistFile.Orders.Name);
            orders.Add(order, text);
        }

        return orders;
    }

    /// <summary>Reads regions by customer.</summary>
    public static RegionTable ReadCustomers(OlistTable table) => ReadRegions(table, "customer", table.Length / BytesPerCustomer);

    /// <summary>Reads regions by seller.</summary>
    public static RegionTable ReadSellers(OlistTable table) => ReadRegions(table, "seller", 0);

    /// <summary>Reads the region that each order's warehouse is in; an order is there when it has an item.</summary>
    public static RegionTable ReadItems(OlistTable table, RegionTable sellers)
    {
        var warehouses = new RegionTable(table.Length / BytesPerItem);
        while (table.Read())
        {
            var order = table[0];
            if (order.IsEmpty)
            {
                table.Reject(0, "It has no order id.");
                continue;
            }

            var number = table[1];
            if (!Utf8Parser.TryParse(number, out int rank, out int length) || length != number.Length)
            {
                table.Reject(1, number.IsEmpty ? "It has no item id." : $"'{Shown(number)}' is not a whole number.");
                continue;
            }

            var seller = table[2];
            var region = Region.Unknown;
            if (!seller.IsEmpty)
                sellers.TryFind(IdKey.Of(seller), out region);
            warehouses.Add(IdKey.Of(order), region, rank);
        }

        return warehouses;
    }

    private static RegionTable ReadRegions(OlistTable table, string whose, long expected)
    {
        var regions = new RegionTable(expected);
        while (table.Read())
        {
            var id = table[0];
            if (id.IsEmpty)
                table.Reject(0, $"It has no {whose} id.");
            else if (TryRegion(table[1], out var region))
                regions.Add(IdKey.Of(id), region);
            else
                table.Reject(1, $"'{Shown(table[1])}' is not a state of two capital letters.");
        }

        return regions;
    }

    private static bool TryReadOrder(OlistTable table, out ParsedOrder order, out OrderId other)
    {
        order = default;
        other = default;
        var text = table[0];
        if (text.IsEmpty)
            return Rejected(table, 0, "It has no order id.");
        order.IsText = !OrderId.TryReadHex(text, out order.Id);
        if (order.IsText && !OrderId.TryParse(text, out other))
            return Rejected(table, 0, $"An order id is 1 to {OrderId.MaxUtf8Length} bytes of UTF-8 without control characters.");
        var customer = table[1];
        order.HasCustomer = !customer.IsEmpty;
        if (order.HasCustomer)
            order.Customer = IdKey.Of(customer);
        var status = table[2];
        order.Cancellation = status.SequenceEqual("canceled"u8) ? Cancellation.Canceled
            : status.SequenceEqual("unavailable"u8) ? Cancellation.Unavailable
            : Cancellation.None;
        if (table[3].IsEmpty)
            return Rejected(table, 3, "It has no purchase time.");
        return TryTime(table, 3, out order.PurchasedAt) && TryTime(table, 4, out order.ApprovedAt) && TryTime(table, 5, out order.CarrierAt)
            && TryTime(table, 6, out order.DeliveredAt) && TryTime(table, 7, out order.EstimatedAt);
    }

    private static bool TryTime(OlistTable table, int header, out long time)
    {
        var text = table[header];
        time = ParsedOrder.Absent;
        return text.IsEmpty || OlistTime.TryParse(text, out time)
            || Rejected(table, header, $"'{Shown(text)}' is not a time of the form yyyy-MM-dd HH:mm:ss.");
    }

    private static bool TryRegion(ReadOnlySpan<byte> text, out Region region)
    {
        region = Region.Unknown;
        return text.IsEmpty || (text.Length == 2 && Region.TryParse([(char)text[0], (char)text[1]], out region));
    }

    private static bool Rejected(OlistTable table, int header, string reason)
    {
        table.Reject(header, reason);
        return false;
    }

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length > 80 ? text[..80] : text);
}
