using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Comparisons;

/// <summary>How long a step takes, in buckets that never change.</summary>
internal static class Histogram
{
    private const int UsualDays = 90;
    private const long Hour = 3_600, Day = EventTime.SecondsPerDay;

    // Persisted in operators' heads and spreadsheets: entries never change.
    private static readonly long[] Bounds =
        [0, Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 3 * Day, 5 * Day, 7 * Day, 10 * Day, 14 * Day, 21 * Day, 30 * Day, 45 * Day, 60 * Day, 90 * Day];

    private static readonly string[] Durations = ["approval", "handling", "transit", "leadTime"];

    private static readonly ApiEndpoint Question = new(
        "histogram", "Comparisons", ApiPaths.Root + "/histogram",
        "A step's durations in fixed buckets, each from its first second up to the next one's: 0, 1, 3, 6, 12 hours, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60 and 90 days and longer.")
    {
        Parameters =
        [
            new("of", "The duration: approval and handling of orders placed in the period, transit and leadTime of orders delivered in it.", "transit") { Required = true, Allowed = Durations },
            .. PeriodReader.Parameters(UsualDays),
            .. CaseFilterReader.Places,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Question, ApiJsonContext.Default.HistogramDocument, AnswerAsync);

    private static async ValueTask<HistogramDocument> AnswerAsync(ApiRequest request)
    {
        string of = request.Query.Word("of", Durations) ?? throw ApiProblemException.BadParameter("of", $"of is needed: one of {string.Join(", ", Durations)}.");
        var period = PeriodReader.Read(request, UsualDays);
        var places = CaseFilterReader.ReadPlaces(request.Query);
        bool byOrder = of is "approval" or "handling";
        var filter = byOrder ? places with { Ordered = period.Moments() } : places with { Delivered = period.Moments() };
        long[] counts = new long[Bounds.Length], late = new long[Bounds.Length];
        await request.Ports.Search.VisitAsync(filter, Take, request.Cancellation);
        long total = counts.Sum(), before = 0;
        var buckets = new List<HistogramBucket>(Bounds.Length);
        for (int i = 0; i < Bounds.Length; i++)
        {
            before += counts[i];
            buckets.Add(new HistogramBucket(
                Bounds[i], i + 1 < Bounds.Length ? Bounds[i + 1] : null, counts[i], late[i], Rounding.Quotient(counts[i], total), Rounding.Quotient(before, total)));
        }

        return new HistogramDocument
        {
            Of = of,
            Counted = byOrder ? "Orders placed in the period that went through the step." : "Orders delivered in the period that have the duration.",
            Period = period.Item(byOrder ? "orderedAt" : "deliveredAt"),
            Total = total,
            Items = buckets,
        };

        void Take(CaseCard card)
        {
            long? seconds = of switch
            {
                "approval" => card.ApprovalSeconds,
                "handling" => card.HandlingSeconds,
                "transit" => card.TransitSeconds,
                _ => card.LeadTimeSeconds,
            };
            if (seconds is not { } known)
                return;
            int found = Array.BinarySearch(Bounds, known);
            int bucket = found >= 0 ? found : ~found - 1;
            counts[bucket]++;
            late[bucket] += card.IsLate ? 1 : 0;
        }
    }
}

/// <summary>One bucket.</summary>
/// <param name="FromSeconds">Its shortest duration.</param>
/// <param name="ToSeconds">The shortest of the next one; null for the last, which is open.</param>
/// <param name="Count">Orders.</param>
/// <param name="LateCount">Those of them that TMS judged late.</param>
/// <param name="Share">Orders by all of the answer.</param>
/// <param name="UpToShare">The same with all shorter ones.</param>
public sealed record HistogramBucket(long FromSeconds, long? ToSeconds, long Count, long LateCount, decimal? Share, decimal? UpToShare);

/// <summary>How a duration is spread.</summary>
public sealed class HistogramDocument : AnswerDocument
{
    /// <summary>The duration.</summary>
    public required string Of { get; init; }

    /// <summary>What is counted.</summary>
    public required string Counted { get; init; }

    /// <summary>The period.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>Orders in all.</summary>
    public required long Total { get; init; }

    /// <summary>The buckets, the shortest durations first; all are there.</summary>
    public required IReadOnlyList<HistogramBucket> Items { get; init; }
}
