using Eip.Domain;

namespace Eip.Simulator.Synthetic;

/// <summary>One order as it is drawn. Times are Unix seconds, or <see cref="Absent"/>.</summary>
internal readonly record struct SyntheticOrder(
    Journey Journey,
    string Status,
    int CustomerState,
    int Seller,
    int Items,
    long PurchasedAt,
    long ApprovedAt,
    long CarrierAt,
    long DeliveredAt,
    long EstimatedAt)
{
    /// <summary>Stands for a time that is not there.</summary>
    public const long Absent = long.MinValue;

    // Sellers serve their own state more often than their share alone would have it. Per 100,000.
    private const int HomeSales = 6_500;

    /// <summary>Draws an order.</summary>
    public static SyntheticOrder Draw(long index, long orders, Calendar calendar, SellerPool sellers, ref OrderRandom random)
    {
        var journey = Journeys.All[Journeys.Choice.Next(ref random)];
        int customer = States.OfCustomers.Next(ref random);
        bool atHome = random.Chance(HomeSales) && sellers.SellsFrom(customer);
        int sellerState = atHome ? customer : States.OfSellers.Next(ref random);
        int seller = sellers.Next(sellerState, ref random);
        int items = journey.HasItems ? Journeys.Items.Next(ref random) + 1 : 0;

        long purchased = calendar.PurchaseTime(index, orders, ref random);
        var pace = calendar.PaceAt(purchased);
        int distance = States.Distance(sellerState, customer);
        uint transitPlace = random.Place();
        var (approved, carrier) = ApprovalAndHandoff(journey, purchased, ref random);
        long transit = Durations.Transit[distance].At(transitPlace) * pace.Transit / 106;
        long delivered = !journey.Delivered ? Absent
            : random.Chance(Journeys.DeliveryBeforeHandoff) ? carrier - Durations.EarlyDelivery.At(random.Place())
            : OnWorkday(carrier + transit, saturdays: 45_000, sundays: 10_000, ref random);
        uint promisePlace = random.Chance(Durations.ForeseenTransit[distance]) ? transitPlace : random.Place();
        long estimated = Midnight(purchased + (Durations.Promise[distance].At(promisePlace) * pace.Promise / 100));

        var order = new SyntheticOrder(journey, journey.Status, customer, seller, items, purchased, approved, carrier, delivered, estimated);
        return order.AsKnown();
    }

    private static (long Approved, long Carrier) ApprovalAndHandoff(Journey journey, long purchased, ref OrderRandom random)
    {
        if (journey is { Approved: true, HandedOver: true } && random.Chance(Journeys.HandoffBeforeApproval))
        {
            long approval = Durations.LateApproval.At(random.Place());
            long handoff = random.Chance(Journeys.HandoffBeforePurchase) ? -random.Below(5_400) : approval * random.Below(98) / 100;
            return (purchased + approval, purchased + handoff);
        }

        long approved = purchased + Durations.Approval.At(random.Place());
        long carrier = journey.HandedOver
            ? OnWorkday(approved + Durations.Handling.At(random.Place()), saturdays: 15_000, sundays: 500, ref random)
            : Absent;
        return (journey.Approved ? approved : Absent, carrier);
    }

    // What falls on a weekend mostly happens on the Monday after it; the rest, per 100,000, stays.
    private static long OnWorkday(long time, int saturdays, int sundays, ref OrderRandom random) => Calendar.Weekday(time) switch
    {
        5 when !random.Chance(saturdays) => time + (2 * EventTime.SecondsPerDay),
        6 when !random.Chance(sundays) => time + EventTime.SecondsPerDay,
        _ => time,
    };

    // Promises name a day from Monday to Friday.
    private static long Midnight(long time)
    {
        long midnight = (time + (EventTime.SecondsPerDay / 2)) / EventTime.SecondsPerDay * EventTime.SecondsPerDay;
        return Calendar.Weekday(midnight) switch
        {
            5 => midnight - EventTime.SecondsPerDay,
            6 => midnight + EventTime.SecondsPerDay,
            _ => midnight,
        };
    }

    // Nothing is known from after the moment at which the data set was taken.
    private SyntheticOrder AsKnown()
    {
        long end = Calendar.TakenAt.UnixSeconds;
        bool approved = ApprovedAt != Absent && ApprovedAt <= end, handedOver = CarrierAt != Absent && CarrierAt <= end;
        bool delivered = DeliveredAt != Absent && DeliveredAt <= end;
        if (approved == (ApprovedAt != Absent) && handedOver == (CarrierAt != Absent) && delivered == (DeliveredAt != Absent))
            return this;
        return this with
        {
            ApprovedAt = approved ? ApprovedAt : Absent,
            CarrierAt = handedOver ? CarrierAt : Absent,
            DeliveredAt = delivered ? DeliveredAt : Absent,
            Status = Status is "canceled" or "unavailable" ? Status : handedOver ? "shipped" : approved ? "processing" : "created",
        };
    }
}
