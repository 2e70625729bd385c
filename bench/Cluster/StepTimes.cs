using System.Diagnostics.Metrics;
using Eip.Grains;

namespace Eip.Cluster.Bench;

/// <summary>How the time of the batches is shared out between their steps, from the silo's own instrument.</summary>
internal sealed class StepTimes : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, double> seconds = [];
    private int batches;
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
            string step = (string)tags[0].Value!;
            lock (gate)
            {
                seconds[step] = seconds.GetValueOrDefault(step) + value;
                batches += step == "fold" ? 1 : 0;
            }
        });
        listener.Start();
    }

    /// <summary>Such as <c>15 ms a batch: fold 40 %, store 60 %</c>.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            double total = seconds.Values.Sum();
            string shares = string.Join(", ", seconds.OrderByDescending(static step => step.Value).Select(step => $"{step.Key} {100 * step.Value / total:0} %"));
            return $"{1000 * total / Math.Max(1, batches):0} ms a batch: {shares}";
        }
    }

    public void Dispose() => listener.Dispose();
}
