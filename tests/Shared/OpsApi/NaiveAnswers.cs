using Eip.Domain;

namespace Eip.Tests.OpsApi;

/// <summary>The questions over periods answered by looking at every card, as plainly as can be.</summary>
public sealed class NaiveAnswers(NaiveModel model)
{
    /// <summary>All cards.</summary>
    public List<CaseCard> Cards { get; } = [.. model.Cases.Values.Select(static @case => @case.ToCard())];

    /// <summary>The greatest event time.</summary>
    public EventTime Watermark => model.Watermark!.Value;

    /// <summary>Ordered, cancelled of them, delivered, late of them, promised, kept of them.</summary>
    public long[] Count(DateOnly from, DateOnly to, Func<CaseCard, bool>? only = null)
    {
        var cards = Cards.Where(only ?? (static _ => true)).ToList();
        var ordered = cards.Where(card => In(card.OrderedAt, from, to)).ToList();
        var delivered = cards.Where(card => card.CancelledAt is null && In(card.DeliveredAt, from, to) && card.LeadTimeSeconds is not null).ToList();
        var promised = cards.Where(card => card.CancelledAt is null && In(card.DeadlineAt, from, to)).ToList();
        return
        [
            ordered.Count, ordered.Count(static card => card.CancelledAt is not null), delivered.Count, delivered.Count(static card => card.IsLate),
            promised.Count, promised.Count(static card => card.DeliveredAt is not null && !card.IsLate),
        ];
    }

    /// <summary>Count, late count and 95th percentile of the duration of each group.</summary>
    public Dictionary<string, (int Count, int Late, long? P95)> Break(string of, string by, DateOnly from, DateOnly to) => Subject(of, from, to)
        .GroupBy(card => Key(card, At(of, card), by), StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, group => (group.Count(), group.Count(static card => card.IsLate), Rank([.. group.Select(card => Seconds(of, card)).OfType<long>().Order()], 95)), StringComparer.Ordinal);

    /// <summary>The durations that a histogram is drawn from.</summary>
    public long[] Durations(string of, DateOnly from, DateOnly to) =>
    [
        .. Cards.Where(card => In(of is "approval" or "handling" ? card.OrderedAt : card.DeliveredAt, from, to))
            .Select(card => of == "leadTime" ? card.LeadTimeSeconds : Seconds(of, card)).OfType<long>(),
    ];

    /// <summary>The estimate of every open order.</summary>
    public Dictionary<string, (string Basis, string? Earliest, string? Likely, string? Latest, decimal? Risk)> Estimates()
    {
        var found = new Dictionary<string, (string Basis, string? Earliest, string? Likely, string? Latest, decimal? Risk)>(StringComparer.Ordinal);
        var recent = Cards.Where(card => card.CancelledAt is null && In(card.DeliveredAt, Watermark.Date.AddDays(-89), Watermark.Date)).ToList();
        foreach (var card in Cards.Where(static card => card.CancelledAt is null && card.DeliveredAt is null && (card.HandoffAt ?? card.ApprovedAt ?? card.OrderedAt) is not null))
        {
            Func<CaseCard, EventTime?> start = card.HandoffAt is not null ? static card => card.HandoffAt : card.ApprovedAt is not null ? static card => card.ApprovedAt : static card => card.OrderedAt;
            var since = start(card)!.Value;
            long waited = Math.Max(0, Watermark - since);
            long[] Times(IEnumerable<CaseCard> cards) => [.. cards.Where(other => other.DeliveredAt >= start(other)).Select(other => other.DeliveredAt!.Value - start(other)!.Value).Order()];
            long[] lane = Times(recent.Where(other => card.Lane is not null && other.Lane == card.Lane)), all = Times(recent);
            long[] longerInLane = [.. lane.Where(time => time > waited)], longer = [.. all.Where(time => time > waited)];
            bool byLane = lane.Length >= 20 && longerInLane.Length >= 5, byNetwork = all.Length >= 20 && longer.Length >= 5;
            long[] compared = byLane ? longerInLane : byNetwork ? longer : [];
            string? Moment(int percent) => Rank(compared, percent) is { } seconds ? (since + seconds).ToString() : null;
            var deadline = card.EstimatedDeliveryAt is { } promise ? EventTime.StartOf(promise.Date) + 86_399 : (EventTime?)null;
            decimal? risk = card.IsLate || deadline < Watermark ? 1m
                : compared.Length == 0 || deadline is null ? null
                : decimal.Round((decimal)compared.Count(time => since + time > deadline) / compared.Length, 4, MidpointRounding.AwayFromZero);
            found.Add(card.OrderId.ToString(), (byLane ? "lane" : byNetwork ? "network" : "none", Moment(10), Moment(50), Moment(90), risk));
        }

        return found;
    }

    /// <summary>Orders that are stuck at a moment, with how far beyond the norm they are; the model must hold nothing later.</summary>
    public Dictionary<string, long> Stuck(EventTime moment, int days)
    {
        var stuck = new Dictionary<string, long>(StringComparer.Ordinal);
        var recent = Cards.Where(card => card.OrderedAt >= moment + (-days * EventTime.SecondsPerDay) && card.OrderedAt <= moment).ToList();
        foreach (var card in Cards.Where(static card => card.CancelledAt is null && card.DeliveredAt is null))
        {
            string step = card.HandoffAt is not null ? "transit" : card.ApprovedAt is not null ? "handling" : "approval";
            if ((card.HandoffAt ?? card.ApprovedAt ?? card.OrderedAt) is not { } since)
                continue;
            long[] all = [.. recent.Select(other => Seconds(step, other)).OfType<long>().Order()];
            long[] lane = [.. recent.Where(other => card.Lane is not null && other.Lane == card.Lane).Select(other => Seconds(step, other)).OfType<long>().Order()];
            if (Rank(lane.Length >= 20 ? lane : all, 95) is { } norm && moment - since > norm)
                stuck.Add(card.OrderId.ToString(), moment - since - norm);
        }

        return stuck;
    }

    private IEnumerable<CaseCard> Subject(string of, DateOnly from, DateOnly to) => Cards.Where(card => In(At(of, card), from, to) && of switch
    {
        "deliveries" => card.CancelledAt is null && card.LeadTimeSeconds is not null,
        "delays" => card.CancelledAt is null,
        "cancellations" => true,
        _ => Seconds(of, card) is not null,
    });

    private static EventTime? At(string of, CaseCard card) => of switch
    {
        "deliveries" or "transit" => card.DeliveredAt,
        "delays" => card.DelayedAt,
        "cancellations" => card.CancelledAt,
        _ => card.OrderedAt,
    };

    private static long? Seconds(string of, CaseCard card) => of switch
    {
        "deliveries" => card.LeadTimeSeconds,
        "cancellations" => card.CancelledAt >= card.OrderedAt ? card.CancelledAt - card.OrderedAt : null,
        "approval" => card.ApprovalSeconds,
        "handling" => card.HandlingSeconds,
        "transit" => card.TransitSeconds,
        _ => null,
    };

    private static string Key(CaseCard card, EventTime? at, string by) => by switch
    {
        "weekday" => at!.Value.ToDateTimeOffset().DayOfWeek.ToString(),
        "month" => at.ToString()![..7],
        "day" => at.ToString()![..10],
        "sellerRegion" => card.SellerRegion.Text ?? "unknown",
        "lane" => card.Lane is { } lane ? $"{lane.Seller}-{lane.Customer}" : "unknown",
        _ => card.DeliveredAt <= at ? "delivered" : card.HandoffAt <= at ? "transit" : card.ApprovedAt <= at ? "handling" : card.OrderedAt <= at ? "approval" : "delivered",
    };

    private static bool In(EventTime? at, DateOnly from, DateOnly to) => at is { } known && known.Date >= from && known.Date <= to;

    private static long? Rank(long[] ascending, int percent) => ascending.Length == 0 ? null : ascending[Math.Max(1, (int)Math.Ceiling(ascending.Length * percent / 100m)) - 1];
}
