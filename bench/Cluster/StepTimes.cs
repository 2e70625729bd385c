using System.Diagnostics.Metrics;
using Eip.Grains;

namespace Eip.Cluster.Bench;

/// <summary>How the time of the batches is shared out between their steps, from the silo's own instrument.</summary>
internal sealed class StepTimes : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, double> seconds = [];
    private readonly MeterListener listener = new();

    public StepTimes()
    {
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == GrainsInstruments.MeterName && instrument.Name == "eip.ingest.step")
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            lock (gate)
                seconds[(string)tags[0].Value!] = seconds.GetValueOrDefault((string)tags[0].Value!) + value;
        });
        listener.Start();
    }

    /// <summary>Such as <c>fold 40 %, store 60 %</c>.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            double total = seconds.Values.Sum();
            return string.Join(", ", seconds.OrderByDescending(static step => step.Value).Select(step => $"{step.Key} {100 * step.Value / total:0} %"));
        }
    }

    public void Dispose() => listener.Dispose();
}
