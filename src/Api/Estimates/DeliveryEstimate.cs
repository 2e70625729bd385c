using System.Globalization;
using Eip.Domain;
using Eip.Pipeline.Search;

namespace Eip.Api.Estimates;

/// <summary>
/// When an open order is likely to arrive, and how likely that is too late. It is held against the orders of its lane that were delivered in the last
/// <see cref="NormTable.Days"/> days: of those whose step had lasted longer than this one's has so far, the median, 10th and 90th percentile (nearest
/// rank) of the time from the step's beginning until delivery give the estimate and its interval, and the share that came after the deadline is the
/// risk. A lane with fewer than <see cref="MinSamples"/> such deliveries, or fewer than <see cref="MinBeyond"/> that lasted longer, gives way to the
/// whole network; where that has too few as well, nothing is estimated.
/// </summary>
public sealed class DeliveryEstimate
{
    /// <summary>The fewest deliveries of a lane that are taken for its norm.</summary>
    public const int MinSamples = 20;

    /// <summary>The fewest of them that lasted longer than the order has waited.</summary>
    public const int MinBeyond = 5;

    private readonly CaseCard card;
    private readonly EventTime watermark;

    private DeliveryEstimate(CaseCard card, EventTime watermark, OpenStep step, string basis, int sampleCount, int comparedCount)
    {
        (this.card, this.watermark) = (card, watermark);
        (Step, Basis, SampleCount, ComparedCount) = (step, basis, sampleCount, comparedCount);
    }

    /// <summary>The step that the order waits in.</summary>
    public OpenStep Step { get; }

    /// <summary>What it is held against: <c>lane</c>, <c>network</c>, or <c>none</c> when there are too few to compare with.</summary>
    public string Basis { get; }

    /// <summary>Deliveries of the basis in the last 90 days that went through this step.</summary>
    public int SampleCount { get; }

    /// <summary>Those of them whose step had lasted longer than this order's has so far: what the estimate is drawn from.</summary>
    public int ComparedCount { get; }

    /// <summary>The likely moment of delivery: the median. Null without a basis.</summary>
    public EventTime? EstimatedAt { get; private init; }

    /// <summary>One in ten arrives before this.</summary>
    public EventTime? EarliestAt { get; private init; }

    /// <summary>One in ten arrives after this.</summary>
    public EventTime? LatestAt { get; private init; }

    /// <summary>The last second that keeps the promise; null without a promise.</summary>
    public EventTime? DeadlineAt { get; private init; }

    /// <summary>The share of those compared with that arrived after the deadline, 0 to 1; 1 once it has passed, null when it cannot be told.</summary>
    public decimal? LateRisk { get; private init; }

    /// <summary>The risk in a word: <c>late</c> (the deadline has passed), <c>sure</c> (0.95 and more), <c>likely</c> (0.5), <c>possible</c> (0.2), <c>low</c>, or <c>unknown</c>.</summary>
    public string RiskLevel { get; private init; } = "unknown";

    /// <summary>The same in a sentence.</summary>
    public string Sentence => Tell();

    /// <summary>The estimate for an order at a watermark; null when it is settled or was never placed.</summary>
    public static DeliveryEstimate? Of(CaseCard card, EventTime watermark, NormTable norms)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(norms);
        if (CaseProgress.Of(card) is not { Step: not OpenStep.None and var step, Since: { } since })
            return null;
        long waited = Math.Max(0, watermark - since);
        string basis = "lane";
        ReadOnlySpan<long> all = card.Lane is { } lane ? norms.Lane(lane, step) : default;
        var beyond = Beyond(all, waited);
        if (all.Length < MinSamples || beyond.Length < MinBeyond)
        {
            basis = "network";
            all = norms.Network(step);
            beyond = Beyond(all, waited);
        }

        bool known = all.Length >= MinSamples && beyond.Length >= MinBeyond;
        var deadline = card.DeadlineAt;
        bool isBroken = card.IsLate || deadline < watermark;
        decimal? risk = isBroken ? 1m
            : known && deadline is { } due ? Rounding.Quotient(Beyond(beyond, due - since).Length, beyond.Length)
            : null;
        string level = isBroken ? "late" : risk switch { null => "unknown", >= 0.95m => "sure", >= 0.5m => "likely", >= 0.2m => "possible", _ => "low" };
        return new DeliveryEstimate(card, watermark, step, known ? basis : "none", all.Length, beyond.Length)
        {
            EstimatedAt = known ? After(since, beyond, 50) : null,
            EarliestAt = known ? After(since, beyond, 10) : null,
            LatestAt = known ? After(since, beyond, 90) : null,
            DeadlineAt = deadline,
            LateRisk = risk,
            RiskLevel = level,
        };
    }

    // What is greater than a value, of values in ascending order.
    private static ReadOnlySpan<long> Beyond(ReadOnlySpan<long> ascending, long value)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ascending[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return ascending[low..];
    }

    private static EventTime After(EventTime since, ReadOnlySpan<long> ascending, int percent) =>
        new(Math.Min(since.UnixSeconds + ascending[DurationDistributions.Rank(ascending.Length, percent)], EventTime.MaxValue.UnixSeconds));

    // Written when it is read: a list of many orders shows few of them.
    private string Tell()
    {
        string promise = DeadlineAt is { } due ? $"Promised by {due.Date:yyyy-MM-dd}{When(due.DayNumber - watermark.DayNumber)}" : "Nothing was promised";
        string state = RiskLevel switch
        {
            "late" => "late already",
            "sure" => "surely late",
            "likely" => "likely late",
            "possible" => "perhaps late",
            "low" => "likely in time",
            _ => "it cannot be told whether in time",
        };
        if (Basis == "none")
            return $"{promise}: {state}; too few orders waited as long in {Step.ToString().ToLowerInvariant()} to compare with.";
        string peers = Basis == "lane" ? $"{ComparedCount} orders of {card.Lane}" : $"{ComparedCount} orders of the network";
        string share = LateRisk is { } known && RiskLevel != "late" ? string.Create(CultureInfo.InvariantCulture, $", {known * 100:0.#} % arrived after that") : "";
        return $"{promise}: {state}. Of {peers} that waited as long in {Step.ToString().ToLowerInvariant()}{share}; half arrived by {EstimatedAt!.Value.Date:yyyy-MM-dd}.";
    }

    private static string When(int days) => days switch
    {
        0 => ", today",
        1 => ", tomorrow",
        -1 => ", yesterday",
        > 0 => $", in {days} days",
        _ => $", {-days} days ago",
    };
}
