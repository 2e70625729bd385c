using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Queries;

/// <summary>The one reader of a period: whole UTC days of event time, both ends included, the same in every question.</summary>
internal static class PeriodReader
{
    /// <summary>The longest period that <c>days</c> asks for.</summary>
    public const int MaxDays = 3_660;

    /// <summary>The last day of the period; also of questions that are about one day.</summary>
    public static readonly ApiParameter To = new("to", "Last day of the period, UTC, included; the watermark's day by default.", "2018-06-30");

    /// <summary>The parameters of a question about a period that is some days long by default.</summary>
    public static IReadOnlyList<ApiParameter> Parameters(int usualDays, int maxDays = MaxDays) =>
    [
        new("from", "First day of the period, UTC. Instead of days.", "2018-01-01"),
        To,
        new("days", $"Length of the period up to its last day, 1 to {maxDays}; {usualDays} by default. Instead of from.", usualDays.ToString())
        {
            Default = usualDays.ToString(),
            Range = (1, maxDays),
        },
    ];

    /// <summary>The period that a query asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usualDays">Its length where the query gives neither <c>from</c> nor <c>days</c>.</param>
    public static DateRange Read(ApiRequest request, int usualDays)
    {
        var query = request.Query;
        var to = query.Day("to") ?? request.Today;
        if (query.Day("from") is not { } from)
            return DateRange.Last(query.Number("days", usualDays, 1, MaxDays), to);
        if (query.Text("days") is not null)
            throw ApiProblemException.BadParameter("days", "days and from say the same in two ways: give one of them.");
        return Checked(from, to, "from", "to");
    }

    /// <summary>A period from a day to another; refused when it ends before it begins.</summary>
    public static DateRange Checked(DateOnly from, DateOnly to, string fromName, string toName) =>
        to < from ? throw ApiProblemException.BadParameter(toName, $"{toName}, {to:yyyy-MM-dd}, lies before {fromName}, {from:yyyy-MM-dd}.") : new DateRange(from, to);

    /// <summary>The period of the same length before.</summary>
    public static DateRange Before(this DateRange period) =>
        DateRange.Last(period.Length(), DateOnly.FromDayNumber(Math.Max(period.From.DayNumber - 1, DateOnly.MinValue.DayNumber)));

    /// <summary>How many days it has.</summary>
    public static int Length(this DateRange period) => period.To.DayNumber - period.From.DayNumber + 1;

    /// <summary>The moments of the period; open where event time has no moment beyond.</summary>
    public static TimeRange Moments(this DateRange period) => new(
        EventTime.StartOf(period.From), period.To == DateOnly.MaxValue ? null : EventTime.StartOf(period.To) + EventTime.SecondsPerDay);

    /// <summary>The period as answers name it.</summary>
    public static PeriodItem Item(this DateRange period, string by) => new(period.From, period.To, by);
}
