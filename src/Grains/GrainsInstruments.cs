using System.Diagnostics.Metrics;
using Eip.Grains.Cases;

namespace Eip.Grains;

/// <summary>The meters of the grains, under <see cref="MeterName"/>.</summary>
public sealed class GrainsInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Eip.Grains";

    private readonly Counter<long> events, retries, setAside, merged, rows;
    private readonly Histogram<double> batch, step;

    /// <summary>Creates the instruments.</summary>
    public GrainsInstruments(IMeterFactory meters, ActiveCases active)
    {
        var meter = meters.Create(MeterName);
        events = meter.CreateCounter<long>("eip.ingest.events", "{event}", "Events folded, redelivered ones included.");
        retries = meter.CreateCounter<long>("eip.ingest.retries", "{batch}", "Batches tried again after a failure of the cluster or a store.");
        setAside = meter.CreateCounter<long>("eip.ingest.dead_letters", "{event}", "Events set aside because their order's fold keeps failing.");
        merged = meter.CreateCounter<long>("eip.ingest.merges", "{order}", "Orders that somebody else had written in between, merged.");
        rows = meter.CreateCounter<long>("eip.lanes.rows", "{row}", "Rows of route_stats_daily written.");
        batch = meter.CreateHistogram<double>("eip.ingest.batch", "s", "Time to fold a batch and store its effects.");
        step = meter.CreateHistogram<double>("eip.ingest.step", "s", "Time of a batch's step: seed, fold, store, project or lanes.");
        meter.CreateObservableGauge("eip.cases.active", () => active.Count, "{order}", "Orders in this silo's memory.");
    }

    internal void Folded(int count, TimeSpan took)
    {
        events.Add(count);
        batch.Record(took.TotalSeconds);
    }

    internal void Took(string name, TimeSpan time) => step.Record(time.TotalSeconds, new KeyValuePair<string, object?>("step", name));

    internal void Retried() => retries.Add(1);

    internal void SetAside(int count) => setAside.Add(count);

    internal void Merged(int count) => merged.Add(count);

    internal void RowsWritten(int count) => rows.Add(count);
}
