using Eip.Api.Comparisons;
using Eip.Api.Json;
using Eip.Api.Scenarios;

namespace Eip.Api.OpenApi;

/// <summary>Examples of the answers that compare and break down.</summary>
internal static class AnswerExamples
{
    private static readonly PeriodItem Period = new(new DateOnly(2018, 6, 1), new DateOnly(2018, 6, 30), "deliveredAt");

    public static ComparisonDocument Comparison() => new()
    {
        Counted = "All orders asked for.",
        Period = Figures(new DateOnly(2018, 6, 1), 40),
        Against = Figures(new DateOnly(2018, 5, 2), 90),
        Rates =
        [
            new RateComparison("onTimeRate", true, 360, 400, 310, 400), new RateComparison("lateRate", false, 40, 400, 90, 400),
            new RateComparison("cancelledRate", false, 3, 420, 4, 420),
        ],
        P50LeadTimeDifferenceHours = -12.5000m,
        P95LeadTimeDifferenceHours = -40.2500m,
        Sentence = new RateComparison("lateRate", false, 40, 400, 90, 400).Tell(),
    };

    public static BreakdownDocument Breakdown(DistributionItem duration) => new()
    {
        Of = "deliveries",
        By = "weekday",
        Counted = "Deliveries in the period that have a lead time.",
        Period = Period,
        Total = 40,
        Items = [new BreakdownItem { Key = "Monday", Count = 40, Share = 1.0000m, LateCount = 12, LateRate = 0.3000m, LateRateLow = 0.1808m, LateRateHigh = 0.4543m, OpenCount = 0, Duration = duration }],
    };

    public static HistogramDocument Histogram() => new()
    {
        Of = "transit",
        Counted = "Orders delivered in the period that have the duration.",
        Period = Period,
        Total = 40,
        Items = [new HistogramBucket(0, 3_600, 0, 0, 0.0000m, 0.0000m), new HistogramBucket(7_776_000, null, 40, 12, 1.0000m, 1.0000m)],
    };

    private static PeriodFigures Figures(DateOnly from, int late) => new()
    {
        From = from,
        To = from.AddDays(29),
        OrderedCount = 420,
        CancelledCount = 3,
        CancelledRate = 0.0071m,
        DeliveredCount = 400,
        LateCount = late,
        LateRate = late / 400m,
        PromisedCount = 400,
        KeptCount = 400 - late,
        OnTimeRate = 1 - (late / 400m),
        AvgLeadTimeHours = 301.2500m,
        P50LeadTimeHours = 288.0000m,
        P95LeadTimeHours = 412.3000m,
    };
}
