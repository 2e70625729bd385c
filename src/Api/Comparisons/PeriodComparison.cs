using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Comparisons;

/// <summary>Any period against any other: totals, and whether the shares differ beyond chance.</summary>
internal static class PeriodComparison
{
    private const int UsualDays = 30;
    private static readonly CaseStatus[] NotCancelled = [.. CaseNames.AllStatuses.Where(static status => status != CaseStatus.Cancelled)];

    private static readonly ApiEndpoint Compare = new(
        "compare", "Comparisons", ApiPaths.Root + "/compare", "A period against another: orders, deliveries, late and on-time rates, lead times, and whether they differ beyond chance.")
    {
        Parameters =
        [
            .. PeriodReader.Parameters(UsualDays),
            new("againstFrom", "First day of the other period, UTC; by default it has the same length and ends the day before the first.", "2017-01-01"),
            new("againstTo", "Last day of the other period, UTC, included; the day before from by default.", "2017-12-31"),
            .. CaseFilterReader.Places,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Compare, ApiJsonContext.Default.ComparisonDocument, AnswerAsync);

    private static async ValueTask<ComparisonDocument> AnswerAsync(ApiRequest request)
    {
        var period = PeriodReader.Read(request, UsualDays);
        var against = Against(request, period);
        var places = CaseFilterReader.ReadPlaces(request.Query);
        var now = await FiguresAsync(request, places, period);
        var then = await FiguresAsync(request, places, against);
        RateComparison[] rates =
        [
            new("onTimeRate", true, now.KeptCount, now.PromisedCount, then.KeptCount, then.PromisedCount),
            new("lateRate", false, now.LateCount, now.DeliveredCount, then.LateCount, then.DeliveredCount),
            new("cancelledRate", false, now.CancelledCount, now.OrderedCount, then.CancelledCount, then.OrderedCount),
        ];
        return new ComparisonDocument
        {
            Counted = "All orders asked for, those in no lane included: placed, promised for or delivered in the period, each by its own day.",
            Period = now,
            Against = then,
            Rates = rates,
            P50LeadTimeDifferenceHours = now.P50LeadTimeHours - then.P50LeadTimeHours,
            P95LeadTimeDifferenceHours = now.P95LeadTimeHours - then.P95LeadTimeHours,
            Sentence = string.Join(' ', rates.Select(static rate => rate.Tell())),
        };
    }

    private static DateRange Against(ApiRequest request, DateRange period)
    {
        var before = period.Before();
        var to = request.Query.Day("againstTo") ?? before.To;
        var from = request.Query.Day("againstFrom") ?? DateRange.Last(period.Length(), to).From;
        return PeriodReader.Checked(from, to, "againstFrom", "againstTo");
    }

    private static async ValueTask<PeriodFigures> FiguresAsync(ApiRequest request, CaseFilter places, DateRange period)
    {
        var search = request.Ports.Search;
        var moments = period.Moments();
        var ordered = places with { Ordered = moments };
        // A promise of a day and its deadline fall on one day, and any other promise is its own deadline.
        var promised = places with { Promised = moments, Statuses = NotCancelled };
        var delivered = (await search.MeasureAsync(
            places with { Delivered = moments, Statuses = [CaseStatus.Delivered] }, CaseDuration.LeadTime, CaseGrouping.None, request.Cancellation)) is [var only] ? only : null;
        long orderedCount = await CountAsync(ordered), cancelledCount = await CountAsync(ordered with { Statuses = [CaseStatus.Cancelled] });
        long promisedCount = await CountAsync(promised), keptCount = await CountAsync(promised with { Statuses = [CaseStatus.Delivered], IsLate = false });
        return new PeriodFigures
        {
            From = period.From,
            To = period.To,
            OrderedCount = orderedCount,
            CancelledCount = cancelledCount,
            CancelledRate = Rounding.Quotient(cancelledCount, orderedCount),
            DeliveredCount = delivered?.Count ?? 0,
            LateCount = delivered?.LateCount ?? 0,
            LateRate = Rounding.Quotient(delivered?.LateCount ?? 0, delivered?.Count ?? 0),
            PromisedCount = promisedCount,
            KeptCount = keptCount,
            OnTimeRate = Rounding.Quotient(keptCount, promisedCount),
            AvgLeadTimeHours = delivered is null ? null : decimal.Round(delivered.Average / 3_600, 4, MidpointRounding.AwayFromZero),
            P50LeadTimeHours = delivered is null ? null : Rounding.Quotient(delivered.P50, 3_600),
            P95LeadTimeHours = delivered is null ? null : Rounding.Quotient(delivered.P95, 3_600),
        };

        async ValueTask<long> CountAsync(CaseFilter filter) =>
            (await search.SearchAsync(new CaseQuery { Filter = filter, Limit = 0 }, request.Cancellation)).Total;
    }
}
