namespace Eip.Simulator.Synthetic;

/// <summary>Which steps an order took and what became of it.</summary>
/// <param name="Status">The status in the CSV.</param>
/// <param name="Approved">Whether it was approved.</param>
/// <param name="HandedOver">Whether it was handed to a carrier.</param>
/// <param name="Delivered">Whether its delivery was recorded.</param>
/// <param name="HasItems">Whether it has items.</param>
/// <param name="Weight">How often that happens.</param>
internal sealed record Journey(string Status, bool Approved, bool HandedOver, bool Delivered, bool HasItems, int Weight);

/// <summary>The journeys of orders and their oddities. Weights and rates are rounded counts over some 5,600 of Olist's orders.</summary>
internal static class Journeys
{
    /// <summary>Of orders handed over: the carrier has them before they are approved. Per 100,000.</summary>
    public const int HandoffBeforeApproval = 1_250;

    /// <summary>Of those: even before they were placed. Per 100,000.</summary>
    public const int HandoffBeforePurchase = 5_000;

    /// <summary>Of orders delivered: delivered before they are handed over. Per 100,000.</summary>
    public const int DeliveryBeforeHandoff = 55;

    /// <summary>Of orders with several items: more than one seller. Per 100,000.</summary>
    public const int SeveralSellers = 8_600;

    /// <summary>Of orders with several items: more than one product. Per 100,000.</summary>
    public const int SeveralProducts = 30_000;

    /// <summary>Customers who have bought before. Per 100,000.</summary>
    public const int ReturningCustomers = 850;

    /// <summary>All journeys. Delivery without an approval is too rare for the counts; its weight is that of one order in some seven thousand.</summary>
    public static readonly Journey[] All =
    [
        new("delivered", true, true, true, true, 36_025),
        new("delivered", false, true, true, true, 5),
        new("delivered", true, true, false, true, 30),
        new("delivered", true, false, false, true, 10),
        new("shipped", true, true, false, true, 7_550),
        new("shipped", true, true, false, false, 10),
        new("canceled", true, false, false, true, 2_660),
        new("canceled", false, false, false, false, 970),
        new("canceled", true, true, false, true, 480),
        new("canceled", true, false, false, false, 200),
        new("canceled", true, true, true, true, 60),
        new("unavailable", true, false, false, false, 4_120),
        new("unavailable", true, false, false, true, 20),
        new("invoiced", true, false, false, true, 2_100),
        new("invoiced", true, false, false, false, 20),
        new("processing", true, false, false, true, 2_030),
        new("created", false, false, false, false, 40),
        new("approved", true, false, false, true, 20),
    ];

    /// <summary>Chooses a journey.</summary>
    public static readonly Weighted Choice = new(All.Select(static journey => journey.Weight));

    /// <summary>Chooses the number of items, less one.</summary>
    public static readonly Weighted Items = new(4598, 382, 63, 28, 15, 12, 1);
}
