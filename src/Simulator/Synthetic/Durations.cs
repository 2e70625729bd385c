namespace Eip.Simulator.Synthetic;

/// <summary>How long steps take, what was promised and what things cost: rounded percentiles over some 5,600 of Olist's orders.</summary>
internal static class Durations
{
    private static readonly int[] Usual = [0, 10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 980, 990, 1000];

    /// <summary>Purchase to approval, in seconds: cards within the hour, slips after a day or more.</summary>
    public static readonly Quantiles Approval = new(
        [0, 15, 20, 50, 100, 200, 300, 400, 500, 600, 630, 700, 800, 900, 950, 980, 990, 995, 1000],
        [0, 0, 400, 500, 595, 710, 815, 970, 1_225, 2_350, 3_600, 30_200, 84_700, 129_300, 179_500, 291_700, 363_400, 462_500, 2_800_000]);

    /// <summary>Purchase to approval of orders that are handed over before, in hours.</summary>
    public static readonly Quantiles LateApproval = new([0, 100, 500, 900, 1000], [1, 16, 44, 124, 141], 3600);

    /// <summary>Approval to hand-over, in seconds, before what falls on a weekend moves to the Monday after it.</summary>
    public static readonly Quantiles Handling = new(
        [0, 10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 980, 990, 995, 1000],
        [
            390, 6_000, 10_800, 26_500, 36_000, 56_500, 63_500, 71_500, 111_500, 165_500, 232_000, 309_500, 464_500, 630_000, 1_137_500, 1_605_500,
            2_190_000, 5_200_000,
        ]);

    /// <summary>Hand-over to delivery by class of distance, in hours, before what falls on a weekend moves to the Monday after it.</summary>
    public static readonly Quantiles[] Transit =
    [
        new(Usual, [6, 16, 18, 22, 25, 29, 42, 64, 82, 106, 129, 154, 214, 275, 378, 455, 1900], 3600),
        new(Usual, [24, 46, 54, 74, 97, 131, 154, 174, 192, 220, 264, 326, 425, 595, 720, 930, 1500], 3600),
        new(Usual, [28, 56, 77, 98, 122, 151, 176, 196, 213, 240, 300, 350, 465, 545, 690, 900, 1600], 3600),
        new(Usual, [52, 86, 102, 145, 169, 196, 236, 270, 333, 361, 440, 515, 656, 907, 1207, 1660, 3123], 3600),
        new(Usual, [78, 86, 96, 146, 192, 225, 266, 337, 368, 431, 512, 595, 663, 761, 791, 823, 1200], 3600),
    ];

    /// <summary>Purchase to promised delivery by class of distance, in hours.</summary>
    public static readonly Quantiles[] Promise =
    [
        new(Usual, [48, 81, 119, 179, 228, 294, 326, 373, 414, 457, 490, 555, 632, 772, 921, 1184, 2122], 3600),
        new(Usual, [54, 242, 314, 389, 447, 491, 514, 539, 578, 610, 656, 727, 852, 960, 1259, 1309, 3478], 3600),
        new(Usual, [153, 265, 339, 435, 489, 535, 580, 609, 640, 679, 723, 775, 866, 950, 1113, 1301, 3413], 3600),
        new(Usual, [216, 395, 456, 504, 541, 605, 655, 698, 730, 771, 802, 846, 949, 1059, 1206, 1404, 1592], 3600),
        new(Usual, [515, 517, 535, 613, 659, 779, 821, 845, 904, 960, 992, 1072, 1212, 1356, 1537, 1570, 1600], 3600),
    ];

    /// <summary>
    /// By class of distance, how often in 100,000 a promise foresees how long the transit will take; otherwise it knows the distance alone. Chosen so
    /// that as many deliveries are late as in Olist's orders: 6 % within a state, 8 %, 6 %, 15 % and 8 %.
    /// </summary>
    public static readonly int[] ForeseenTransit = [60_000, 42_000, 45_000, 0, 5_000];

    /// <summary>Delivery to hand-over of orders delivered before it, in hours.</summary>
    public static readonly Quantiles EarlyDelivery = new([0, 1000], [1, 48], 3600);

    /// <summary>Approval to the seller's limit for handing over, in hours.</summary>
    public static readonly Quantiles ShippingLimit = new(
        [0, 50, 100, 300, 500, 800, 900, 950, 990, 1000], [40, 71, 96, 120, 144, 168, 240, 311, 504, 744], 3600);

    /// <summary>An item's price, in cents.</summary>
    public static readonly Quantiles Price = new(
        Usual, [350, 900, 1_290, 1_690, 2_390, 3_499, 4_760, 5_990, 7_800, 9_925, 12_490, 16_390, 25_890, 39_900, 68_900, 89_900, 479_900]);

    /// <summary>An item's freight, in cents.</summary>
    public static readonly Quantiles Freight = new(
        Usual, [0, 739, 739, 778, 888, 1_200, 1_390, 1_510, 1_622, 1_792, 1_977, 2_385, 3_518, 4_719, 6_921, 8_988, 26_272]);
}
