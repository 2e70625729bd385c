namespace Eip.Simulator.Synthetic;

/// <summary>The rows of some orders that follow each other, for each file; chunks are made side by side and written one after another.</summary>
internal sealed class OrderChunk(ulong seed, long orders, Calendar calendar, SellerPool sellers)
{
    /// <summary>Orders in a chunk.</summary>
    public const int Length = 4096;

    private const int Products = 33_000;
    private readonly IdSeries orderIds = new(seed, 1), customerIds = new(seed, 2), uniqueIds = new(seed, 3), sellerIds = new(seed, 4), productIds = new(seed, 5);

    /// <summary>Rows of the orders file.</summary>
    public RowBuffer OrderRows { get; } = new();

    /// <summary>Rows of the items file.</summary>
    public RowBuffer ItemRows { get; } = new();

    /// <summary>Rows of the customers file.</summary>
    public RowBuffer CustomerRows { get; } = new();

    /// <summary>How many orders and items there are.</summary>
    public (int Orders, int Items) Counts { get; private set; }

    /// <summary>Makes the rows of the orders from one on.</summary>
    public void Make(long first)
    {
        OrderRows.Clear();
        ItemRows.Clear();
        CustomerRows.Clear();
        int count = (int)Math.Min(Length, orders - first), items = 0;
        for (long index = first; index < first + count; index++)
        {
            var random = new OrderRandom(seed, index);
            var order = SyntheticOrder.Draw(index, orders, calendar, sellers, ref random);
            OrderRows.Row().Id(orderIds[index]).Id(customerIds[index]).Text(order.Status).Time(order.PurchasedAt).Time(order.ApprovedAt)
                .Time(order.CarrierAt).Time(order.DeliveredAt).Time(order.EstimatedAt).End();
            var state = States.All[order.CustomerState];
            // Some bought before: their lasting id is that of an earlier order.
            bool returns = index > 0 && random.Chance(Journeys.ReturningCustomers);
            long customer = returns ? index - 1 - random.Below((int)Math.Min(index, 1000)) : index;
            CustomerRows.Row().Id(customerIds[index]).Id(uniqueIds[customer]).Zip(state.Zip + random.Below(1000)).Text(state.City).Text(state.Code).End();
            items += order.Items;
            AddItems(order, index, ref random);
        }

        Counts = (count, items);
    }

    private void AddItems(in SyntheticOrder order, long index, ref OrderRandom random)
    {
        if (order.Items == 0)
            return;
        bool severalSellers = order.Items > 1 && random.Chance(Journeys.SeveralSellers), severalProducts = random.Chance(Journeys.SeveralProducts);
        int product = random.Below(Products), seller = order.Seller;
        long limit = Math.Max(order.PurchasedAt, order.ApprovedAt) + Durations.ShippingLimit.At(random.Place());
        long price = Durations.Price.At(random.Place()), freight = Durations.Freight.At(random.Place());
        for (int item = 1; item <= order.Items; item++)
        {
            if (item > 1 && (severalProducts || severalSellers))
            {
                product = random.Below(Products);
                price = Durations.Price.At(random.Place());
                freight = Durations.Freight.At(random.Place());
            }

            if (item > 1 && severalSellers)
                seller = sellers.Next(States.OfSellers.Next(ref random), ref random);
            ItemRows.Row().Id(orderIds[index]).Number(item).Id(productIds[product]).Id(sellerIds[seller]).Time(limit).Money(price).Money(freight).End();
        }
    }
}
