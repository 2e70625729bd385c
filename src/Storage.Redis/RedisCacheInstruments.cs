using System.Diagnostics.Metrics;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Redis;

/// <summary>What the cache counts.</summary>
internal sealed class RedisCacheInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Eip.Storage.Redis";

    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [new("outcome", "hit"), new("outcome", "miss"), new("outcome", "bypass")];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests, waits, failures, tooLarge, unreadable;

    public RedisCacheInstruments(Func<bool> isAvailable)
    {
        requests = meter.CreateCounter<long>("eip.cache.requests", "{request}", "Answers asked for, by where they came from.");
        waits = meter.CreateCounter<long>("eip.cache.waits", "{request}", "Answers that another process computed while this one waited.");
        failures = meter.CreateCounter<long>("eip.cache.failures", "{command}", "Commands that Redis did not answer well or in time.");
        tooLarge = meter.CreateCounter<long>("eip.cache.too_large", "{answer}", "Answers that were too long to be stored.");
        unreadable = meter.CreateCounter<long>("eip.cache.unreadable", "{answer}", "Values in Redis that are no answers of this form.");
        meter.CreateObservableGauge("eip.cache.available", () => isAvailable() ? 1 : 0, null, "1 while Redis is used, 0 while answers are computed without it.");
    }

    public void Answered(CacheOutcome outcome) => requests.Add(1, Outcomes[(int)outcome]);

    public void Waited() => waits.Add(1);

    public void Failed() => failures.Add(1);

    public void TooLarge() => tooLarge.Add(1);

    public void Unreadable() => unreadable.Add(1);

    public void Dispose() => meter.Dispose();
}
