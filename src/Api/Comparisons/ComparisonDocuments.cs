using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Domain;

namespace Eip.Api.Comparisons;

/// <summary>The figures of one period, over all orders asked for, those in no lane included.</summary>
public sealed class PeriodFigures
{
    /// <summary>First day, UTC.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included.</summary>
    public required DateOnly To { get; init; }

    /// <summary>Orders placed in the period.</summary>
    public required long OrderedCount { get; init; }

    /// <summary>Those of them that are cancelled by now.</summary>
    public required long CancelledCount { get; init; }

    /// <summary>Cancelled orders by orders placed.</summary>
    public decimal? CancelledRate { get; init; }

    /// <summary>Deliveries in the period with a lead time.</summary>
    public required long DeliveredCount { get; init; }

    /// <summary>Those of them that TMS had judged late.</summary>
    public required long LateCount { get; init; }

    /// <summary>Late deliveries by deliveries.</summary>
    public decimal? LateRate { get; init; }

    /// <summary>Promises whose deadline falls into the period, open and overdue orders included, cancelled ones not.</summary>
    public required long PromisedCount { get; init; }

    /// <summary>Those of them that were kept: delivered and not late.</summary>
    public required long KeptCount { get; init; }

    /// <summary>Promises kept by promises.</summary>
    public decimal? OnTimeRate { get; init; }

    /// <summary>Mean lead time of the deliveries, in hours.</summary>
    public decimal? AvgLeadTimeHours { get; init; }

    /// <summary>Median of it.</summary>
    public decimal? P50LeadTimeHours { get; init; }

    /// <summary>95th percentile of it.</summary>
    public decimal? P95LeadTimeHours { get; init; }
}

/// <summary>A share in both periods, and whether it differs beyond chance.</summary>
public sealed class RateComparison
{
    internal RateComparison(string name, bool isGoodWhenHigh, long hits, long trials, long hitsAgainst, long trialsAgainst)
    {
        Name = name;
        Rate = Rounding.Quotient(hits, trials);
        RateAgainst = Rounding.Quotient(hitsAgainst, trialsAgainst);
        Difference = Rate - RateAgainst;
        (Trials, TrialsAgainst) = (trials, trialsAgainst);
        var test = TwoProportions.Of(hits, trials, hitsAgainst, trialsAgainst);
        (Z, PValue, IsSignificant) = (test.Z, test.PValue, test.IsSignificant);
        Verdict = IsSignificant switch
        {
            null => "too-few",
            false => "no-significant-difference",
            true => Difference > 0 == isGoodWhenHigh ? "better" : "worse",
        };
    }

    /// <summary><c>lateRate</c>, <c>onTimeRate</c> or <c>cancelledRate</c>.</summary>
    public string Name { get; }

    /// <summary>The share in the period.</summary>
    public decimal? Rate { get; }

    /// <summary>The share in the period that it is held against.</summary>
    public decimal? RateAgainst { get; }

    /// <summary>The first minus the second.</summary>
    public decimal? Difference { get; }

    /// <summary>What the share is of, in the period.</summary>
    public long Trials { get; }

    /// <summary>The same in the other.</summary>
    public long TrialsAgainst { get; }

    /// <summary>The statistic of the two-proportion test; null where fewer than five hits or misses are expected on a side.</summary>
    public decimal? Z { get; }

    /// <summary>How likely a difference as great is by chance alone.</summary>
    public decimal? PValue { get; }

    /// <summary>Whether that is below 0.05; null where there is too little to tell.</summary>
    public bool? IsSignificant { get; }

    /// <summary><c>better</c> or <c>worse</c> beyond chance, <c>no-significant-difference</c>, or <c>too-few</c>.</summary>
    public string Verdict { get; }

    internal string Tell()
    {
        var text = System.Globalization.CultureInfo.InvariantCulture;
        string words = Name switch { "lateRate" => "Late deliveries", "onTimeRate" => "Promises kept", _ => "Cancelled orders" };
        if (Rate is null || RateAgainst is null)
            return $"{words}: nothing to compare.";
        string rates = string.Create(text, $"{words}: {Rate * 100:0.0} % of {Trials} against {RateAgainst * 100:0.0} % of {TrialsAgainst}");
        return Verdict switch
        {
            "too-few" => $"{rates}; too few to tell.",
            "no-significant-difference" => string.Create(text, $"{rates}; no significant difference (p = {PValue:0.000})."),
            _ => string.Create(text, $"{rates}; {Verdict} beyond chance (p = {PValue:0.000})."),
        };
    }
}

/// <summary>A period held against another.</summary>
public sealed class ComparisonDocument : AnswerDocument
{
    /// <summary>What is counted.</summary>
    public required string Counted { get; init; }

    /// <summary>The period.</summary>
    public required PeriodFigures Period { get; init; }

    /// <summary>The one that it is held against.</summary>
    public required PeriodFigures Against { get; init; }

    /// <summary>Each share in both.</summary>
    public required IReadOnlyList<RateComparison> Rates { get; init; }

    /// <summary>Median lead time, the first minus the second, in hours; null when either has no delivery.</summary>
    public decimal? P50LeadTimeDifferenceHours { get; init; }

    /// <summary>95th percentile of it.</summary>
    public decimal? P95LeadTimeDifferenceHours { get; init; }

    /// <summary>The same in words.</summary>
    public required string Sentence { get; init; }
}
