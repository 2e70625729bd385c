using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Estimates;

/// <summary>The 95th percentile of a step, in seconds, in the network and on the lanes that have enough orders.</summary>
/// <param name="Network">Over all orders; null when none went through the step.</param>
/// <param name="Lanes">On each lane that has at least <see cref="MinSamples"/>.</param>
internal sealed record StepNorms(long? Network, IReadOnlyDictionary<Lane, long> Lanes)
{
    /// <summary>Fewer orders of a lane give way to the network.</summary>
    public const int MinSamples = 20;

    /// <summary>The shortest of all norms.</summary>
    public long Shortest => Math.Min(Network ?? long.MaxValue, Lanes.Count == 0 ? long.MaxValue : Lanes.Values.Min());
}

/// <summary>The norms of steps at the watermark, over orders placed in some days up to it.</summary>
internal sealed class StepNormsNow(ICaseSearch search, TimeProvider clock)
{
    private readonly Drawn<(OpenStep Step, int Days), StepNorms> drawn = new(clock, (key, watermark) => DrawAsync(search, key.Step, key.Days, watermark));

    /// <summary>The norms of a step.</summary>
    public ValueTask<StepNorms> GetAsync(OpenStep step, int days, EventTime watermark, CancellationToken cancellationToken) =>
        drawn.GetAsync((step, days), watermark, cancellationToken);

    /// <summary>Orders placed in some days up to a moment.</summary>
    public static CaseFilter Recent(EventTime moment, int days) => new()
    {
        Ordered = new TimeRange(new EventTime(Math.Max(moment.UnixSeconds - ((long)days * EventTime.SecondsPerDay), EventTime.MinValue.UnixSeconds)), moment + 1),
    };

    private static async Task<StepNorms> DrawAsync(ICaseSearch search, OpenStep step, int days, EventTime watermark)
    {
        var duration = step switch { OpenStep.Approval => CaseDuration.Approval, OpenStep.Handling => CaseDuration.Handling, _ => CaseDuration.Transit };
        var recent = Recent(watermark, days);
        var network = await search.MeasureAsync(recent, duration, CaseGrouping.None, CancellationToken.None);
        var lanes = await search.MeasureAsync(recent, duration, CaseGrouping.Lane, CancellationToken.None);
        return new StepNorms(
            network is [{ Count: > 0 } all] ? all.P95 : null,
            lanes.Where(static group => group.Count >= StepNorms.MinSamples && Lane.TryParse(group.Key, out _))
                .ToDictionary(static group => Lane.TryParse(group.Key, out var lane) ? lane : default, static group => group.P95));
    }
}
