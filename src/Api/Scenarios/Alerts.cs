using System.Globalization;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Something that asks for an operator's eye, with the orders behind it.</summary>
/// <param name="Kind"><c>stuck-orders</c>, <c>late-lane</c> or <c>broken-promises</c>.</param>
/// <param name="Lane">The lane, such as <c>SP-RJ</c>; <c>unknown</c> for orders in no lane.</param>
/// <param name="Step">The step that orders are stuck in; null for a lane as a whole.</param>
/// <param name="Count">Orders behind it: stuck, delivered late, or overdue.</param>
/// <param name="Of">Out of so many; null for stuck orders.</param>
/// <param name="Rate">The first by the second.</param>
/// <param name="UsualRate">The lane's rate over the 90 days before.</param>
/// <param name="PValue">How likely a rate as far from it is by chance alone.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Orders">The question that lists the orders behind it.</param>
public sealed record AlertItem(
    string Kind, string Lane, string? Step, long Count, long? Of, decimal? Rate, decimal? UsualRate, decimal? PValue, string Reason, string Orders);

/// <summary>Stuck orders by lane and step, and lanes that are far from their own 90 days.</summary>
internal static class Alerts
{
    private const int UsualDays = 7;
    private const int NormDays = 90;
    private static readonly string[] Kinds = ["stuck-orders", "late-lane", "broken-promises"];

    private static readonly ApiEndpoint Question = new(
        "alerts", "Scenarios", ApiPaths.Root + "/alerts",
        "What asks for an operator's eye: stuck orders by lane and step, and lanes whose late deliveries or broken promises in the period are above their 90 days before beyond chance (p < 0.01).")
    {
        Parameters =
        [
            .. PeriodReader.Parameters(UsualDays),
            new("kind", "Only alerts of these kinds.", "late-lane") { Many = true, Allowed = Kinds },
            .. CaseFilterReader.Places,
            new("limit", "The most alerts of each kind.", "50"),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Question, ApiJsonContext.Default.ListDocumentAlertItem, AnswerAsync);

    private static async ValueTask<ListDocument<AlertItem>> AnswerAsync(ApiRequest request)
    {
        var period = PeriodReader.Read(request, UsualDays);
        var kinds = request.Query.Words("kind", Kinds);
        int limit = request.Query.Limit();
        var places = CaseFilterReader.ReadPlaces(request.Query);
        var alerts = new List<AlertItem>();
        if (Wanted("stuck-orders") && request.Watermark is { } watermark)
            alerts.AddRange(Stuck(await new StuckOrders(request, places, watermark, days: 180).FindAsync(OpenStep.None)));
        if (Wanted("late-lane") || Wanted("broken-promises"))
        {
            // Promises of a day that is not over yet are not broken.
            var due = request.Watermark is { } now && period.To >= now.Date && period.From < now.Date ? period with { To = now.Date.AddDays(-1) } : period;
            var (recent, usual) = (await ListAsync(request, period), await ListAsync(request, Norm(period)));
            var (recentDue, usualDue) = due == period ? (recent, usual) : (await ListAsync(request, due), await ListAsync(request, Norm(due)));
            if (Wanted("late-lane"))
                alerts.AddRange(recent.Select(pair => Late(pair.Key, period, pair.Value, usual.GetValueOrDefault(pair.Key))).OfType<AlertItem>());
            if (Wanted("broken-promises"))
                alerts.AddRange(recentDue.Select(pair => Broken(pair.Key, due, pair.Value, usualDue.GetValueOrDefault(pair.Key))).OfType<AlertItem>());
        }

        var ranked = alerts.Where(alert => Matches(places, alert.Lane))
            .OrderBy(static alert => Array.IndexOf(Kinds, alert.Kind)).ThenBy(static alert => alert.PValue ?? 0).ThenByDescending(static alert => alert.Count)
            .ThenBy(static alert => alert.Lane, StringComparer.Ordinal).ThenBy(static alert => alert.Step, StringComparer.Ordinal).ToList();
        return new ListDocument<AlertItem>
        {
            Total = ranked.Count,
            Counted = "Lanes and steps with an alert; stuck orders are counted at the watermark.",
            Period = period.Item("deliveredAt"),
            Items = [.. ranked.GroupBy(static alert => alert.Kind, StringComparer.Ordinal).SelectMany(kind => kind.Take(limit))],
            Facets = new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal)
            {
                ["kind"] = Kinds.ToDictionary(static kind => kind, kind => ranked.LongCount(alert => alert.Kind == kind), StringComparer.Ordinal),
            },
        };

        bool Wanted(string kind) => kinds.Count == 0 || kinds.Contains(kind);
    }

    private static DateRange Norm(DateRange period) => DateRange.Last(NormDays, DateOnly.FromDayNumber(Math.Max(period.From.DayNumber - 1, 0)));

    private static async ValueTask<Dictionary<Lane, LaneKpis>> ListAsync(ApiRequest request, DateRange period) =>
        (await request.Ports.Lanes.ListAsync(period, request.Cancellation)).ToDictionary(static lane => lane.Lane, static lane => lane.Kpis);

    private static IEnumerable<AlertItem> Stuck(List<StuckItem> stuck) => stuck
        .GroupBy(static item => (Lane: item.Card.Lane is { } lane ? Name(lane) : "unknown", item.OpenStep))
        .Select(static group =>
        {
            string step = group.Key.OpenStep.ToString().ToLowerInvariant();
            var longest = group.MaxBy(static item => item.OpenSeconds)!;
            string norm = longest.NormOf == "lane" ? "of its orders" : "of all orders";
            return new AlertItem(
                "stuck-orders", group.Key.Lane, step, group.Count(), null, null, null, null,
                $"{group.Count()} {(group.Count() == 1 ? "order waits" : "orders wait")} in {step} for longer than 95 % {norm} did "
                    + $"({Days(longest.NormSeconds)} d); the longest for {Days(longest.OpenSeconds ?? 0)} d.",
                $"{ApiPaths.Root}/stuck?step={step}" + (group.Key.Lane == "unknown" ? "" : $"&lane={group.Key.Lane}"));
        });

    private static AlertItem? Late(Lane lane, DateRange period, LaneKpis recent, LaneKpis? usual)
    {
        if (usual is null || Above(recent.LateCount, recent.SampleCount, usual.LateCount, usual.SampleCount) is not { } chance)
            return null;
        return new AlertItem(
            "late-lane", Name(lane), null, recent.LateCount, recent.SampleCount, recent.LateRate, usual.LateRate, chance,
            Tell($"{recent.LateCount} of {recent.SampleCount} deliveries late ({recent.LateRate * 100:0.0} %) against {usual.LateRate * 100:0.0} % in the {NormDays} days before."),
            $"{ApiPaths.Root}/shipments?lane={Name(lane)}&status=DELIVERED&late=true&deliveredFrom={period.From:yyyy-MM-dd}&deliveredTo={period.To:yyyy-MM-dd}");
    }

    private static AlertItem? Broken(Lane lane, DateRange period, LaneKpis recent, LaneKpis? usual)
    {
        int broken = recent.PromisedCount - recent.KeptCount;
        if (usual is null || Above(broken, recent.PromisedCount, usual.PromisedCount - usual.KeptCount, usual.PromisedCount) is not { } chance)
            return null;
        return new AlertItem(
            "broken-promises", Name(lane), null, broken, recent.PromisedCount, 1 - recent.OnTimeRate, 1 - usual.OnTimeRate, chance,
            Tell($"{broken} of {recent.PromisedCount} promises not kept ({(1 - recent.OnTimeRate) * 100:0.0} %), open orders included, against {(1 - usual.OnTimeRate) * 100:0.0} % in the {NormDays} days before."),
            $"{ApiPaths.Root}/shipments?lane={Name(lane)}&status=PLACED,APPROVED,ASSIGNED,HANDED_OFF,DELAYED,DELIVERED&promisedFrom={period.From:yyyy-MM-dd}&promisedTo={period.To:yyyy-MM-dd}&sort=deliveredAt");
    }

    // One lane in a hundred would be called so by chance; among twenty lanes that is a false alarm in five questions.
    private static decimal? Above(long hits, long trials, long usualHits, long usualTrials)
    {
        var test = TwoProportions.Of(hits, trials, usualHits, usualTrials);
        return test is { Z: > 0, PValue: < 0.01m } ? test.PValue : null;
    }

    private static bool Matches(CaseFilter places, string name)
    {
        if (!Lane.TryParse(name, out var lane))
            return places.Lanes.Count == 0;
        return (places.Lanes.Count == 0 || places.Lanes.Contains(lane))
            && (places.SellerRegions.Count == 0 || places.SellerRegions.Contains(lane.Seller))
            && (places.CustomerRegions.Count == 0 || places.CustomerRegions.Contains(lane.Customer));
    }

    private static string Name(Lane lane) => $"{lane.Seller}-{lane.Customer}";

    private static string Days(long seconds) => ((double)seconds / EventTime.SecondsPerDay).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Tell(FormattableString text) => FormattableString.Invariant(text);
}
