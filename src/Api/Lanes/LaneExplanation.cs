using System.Globalization;
using Eip.Domain;

namespace Eip.Api.Lanes;

/// <summary>Why to avoid a lane, or not, in figures: its late rate and 95th percentile against the network's.</summary>
public sealed class LaneExplanation
{
    /// <summary>Fewer deliveries than this say nothing.</summary>
    public const int MinSamples = 20;

    // A tail this much longer than the network's is worth a look even when the late rate is not.
    private const decimal LongTail = 1.25m;

    /// <summary>Holds a lane against the network over the same window.</summary>
    public LaneExplanation(LaneKpis lane, LaneKpis network)
    {
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

    /// <summary><c>avoid</c>: later than the network beyond chance; <c>watch</c>: later, or slower in the tail, perhaps by chance; <c>fine</c>; or <c>too-few-samples</c>.</summary>
    public string Verdict { get; }

    /// <summary>The same in a sentence with its figures.</summary>
    public string Sentence { get; }

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
        if (SampleCount < MinSamples)
            return "too-few-samples";
        if (LateRateLow > NetworkLateRate)
            return "avoid";
        return LateRate > NetworkLateRate || P95Ratio > LongTail ? "watch" : "fine";
    }

    private string Tell()
    {
        if (SampleCount == 0)
            return "No delivery in this window.";
        var text = CultureInfo.InvariantCulture;
        return string.Create(text, $"{LateCount} of {SampleCount} deliveries late ({LateRate:0.0 %}, 95 % interval {LateRateLow:0.0 %} to {LateRateHigh:0.0 %})")
            + string.Create(text, $" against {NetworkLateRate:0.0 %} in the network; 95 % arrive within {P95LeadTimeHours:0.0} h against {NetworkP95LeadTimeHours:0.0} h.");
    }
}
