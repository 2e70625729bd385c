using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Eip.Domain;

namespace Eip.Api.Lanes;

/// <summary>Why to avoid a lane, or not, in figures: its on-time rate and 95th percentile against the network's.</summary>
public sealed class LaneExplanation
{
    /// <summary>Fewer promises than this say nothing.</summary>
    public const int MinSamples = 20;

    // A tail this much longer than the network's is worth a look even when the on-time rate is not.
    private const decimal LongTail = 1.25m;

    /// <summary>Holds a lane against the network over the same window.</summary>
    public LaneExplanation(LaneKpis lane, LaneKpis network)
    {
        PromisedCount = lane.PromisedCount;
        KeptCount = lane.KeptCount;
        OnTimeRate = lane.OnTimeRate;
        if (WilsonInterval.Of(lane.KeptCount, lane.PromisedCount) is { } kept)
            (OnTimeRateLow, OnTimeRateHigh) = (kept.Low, kept.High);
        NetworkOnTimeRate = network.OnTimeRate;
        SampleCount = lane.SampleCount;
        LateCount = lane.LateCount;
        LateRate = lane.LateRate;
        if (WilsonInterval.Of(lane.LateCount, lane.SampleCount) is { } interval)
            (LateRateLow, LateRateHigh) = (interval.Low, interval.High);
        NetworkLateRate = network.LateRate;
        P95LeadTimeHours = lane.P95LeadTimeHours;
        NetworkP95LeadTimeHours = network.P95LeadTimeHours;
        P95Ratio = lane.P95LeadTimeHours is { } own && network.P95LeadTimeHours is > 0 and var all ? decimal.Round(own / all, 4, MidpointRounding.AwayFromZero) : null;
        Verdict = Judge();
        Sentence = Tell();
    }

    /// <summary>
    /// <c>avoid</c>: keeps fewer of its promises than the network beyond chance; <c>watch</c>: fewer, or slower in the tail, perhaps by chance;
    /// <c>fine</c>; or <c>too-few-samples</c>.
    /// </summary>
    [AllowedValues("avoid", "watch", "fine", "too-few-samples")]
    public string Verdict { get; }

    /// <summary>The same in a sentence with its figures.</summary>
    public string Sentence { get; }

    /// <summary>Promises due in the window, open and overdue ones included.</summary>
    public int PromisedCount { get; }

    /// <summary>Promises kept: delivered and not late.</summary>
    public int KeptCount { get; }

    /// <summary>Promises kept by promises; null without a promise.</summary>
    public decimal? OnTimeRate { get; }

    /// <summary>Lower bound of that rate's 95 % confidence interval (Wilson).</summary>
    public decimal? OnTimeRateLow { get; }

    /// <summary>Upper bound of it.</summary>
    public decimal? OnTimeRateHigh { get; }

    /// <summary>The network's on-time rate.</summary>
    public decimal? NetworkOnTimeRate { get; }

    /// <summary>Deliveries.</summary>
    public int SampleCount { get; }

    /// <summary>Late ones of them.</summary>
    public int LateCount { get; }

    /// <summary>Late deliveries by deliveries.</summary>
    public decimal? LateRate { get; }

    /// <summary>Lower bound of the rate's 95 % confidence interval (Wilson).</summary>
    public decimal? LateRateLow { get; }

    /// <summary>Upper bound of it.</summary>
    public decimal? LateRateHigh { get; }

    /// <summary>The network's late rate.</summary>
    public decimal? NetworkLateRate { get; }

    /// <summary>95th percentile of the lead time.</summary>
    public decimal? P95LeadTimeHours { get; }

    /// <summary>The network's.</summary>
    public decimal? NetworkP95LeadTimeHours { get; }

    /// <summary>The lane's by the network's.</summary>
    public decimal? P95Ratio { get; }

    private string Judge()
    {
        if (PromisedCount < MinSamples)
            return "too-few-samples";
        if (OnTimeRateHigh < NetworkOnTimeRate)
            return "avoid";
        return OnTimeRate < NetworkOnTimeRate || P95Ratio > LongTail ? "watch" : "fine";
    }

    private string Tell() => (PromisedCount, SampleCount) switch
    {
        (0, 0) => "No promise is due and nothing was delivered in this window.",
        (0, _) => "No promise is due in this window. " + TellDeliveries(),
        (_, 0) => TellPromises() + "; nothing was delivered.",
        _ => TellPromises() + "; " + TellDeliveries(),
    };

    private string TellPromises() => string.Create(
        CultureInfo.InvariantCulture,
        $"{KeptCount} of {PromisedCount} promises kept ({OnTimeRate:0.0 %}, 95 % interval {OnTimeRateLow:0.0 %} to {OnTimeRateHigh:0.0 %}) against {NetworkOnTimeRate:0.0 %} in the network");

    private string TellDeliveries() => string.Create(
        CultureInfo.InvariantCulture,
        $"{LateCount} of {SampleCount} deliveries late ({LateRate:0.0 %} against {NetworkLateRate:0.0 %}); 95 % arrive within {P95LeadTimeHours:0.0} h against {NetworkP95LeadTimeHours:0.0} h.");
}
