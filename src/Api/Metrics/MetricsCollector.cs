using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Eip.Api.Metrics;

/// <summary>
/// Listens to every instrument of the product (meters named <c>Eip.…</c>) of this host and of none, and keeps sums and histograms until they are
/// asked for.
/// </summary>
internal sealed class MetricsCollector : IHostedService, IDisposable
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Series> series = new();

    public MetricsCollector(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            // A meter without a scope belongs to the process; one with another factory's belongs to another host in it.
            if (instrument.Meter.Name.StartsWith("Eip.", StringComparison.Ordinal) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters)))
                listening.EnableMeasurementEvents(instrument, series.GetOrAdd(instrument, static added => new Series(added)));
        };
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((Series)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((Series)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((Series)state!).Record(value, tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    /// <summary>Appends everything in Prometheus' text form.</summary>
    public void Write(StringBuilder text)
    {
        listener.RecordObservableInstruments();
        foreach (var one in series.Values.OrderBy(static one => one.Name, StringComparer.Ordinal))
            one.Write(text);
    }

    private sealed class Series(Instrument instrument)
    {
        private readonly bool isHistogram = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);
        private readonly bool isSum = instrument.GetType().Name is var type && type.Contains("Counter", StringComparison.Ordinal);
        private readonly bool isObservable = instrument.IsObservable;
        private readonly ConcurrentDictionary<string, Cell> cells = new(StringComparer.Ordinal);

        public string Name { get; } = PrometheusText.Name(instrument);

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var cell = cells.GetOrAdd(PrometheusText.Labels(tags), static _ => new Cell());
            lock (cell)
            {
                if (isHistogram)
                {
                    int bucket = 0;
                    while (bucket < Bounds.Length && value > Bounds[bucket])
                        bucket++;
                    (cell.Buckets ??= new long[Bounds.Length + 1])[bucket]++;
                }

                cell.Count++;
                // What is observed is the sum already; only what is counted adds up.
                cell.Value = isHistogram || (isSum && !isObservable) ? cell.Value + value : value;
            }
        }

        public void Write(StringBuilder text)
        {
            bool isUpDown = instrument.GetType().Name.Contains("UpDown", StringComparison.Ordinal);
            PrometheusText.Head(text, Name, isHistogram ? "histogram" : isSum && !isUpDown ? "counter" : "gauge", instrument.Description ?? instrument.Name);
            foreach (var (labels, cell) in cells.OrderBy(static cell => cell.Key, StringComparer.Ordinal))
            {
                lock (cell)
                {
                    if (isHistogram)
                        WriteHistogram(text, labels, cell);
                    else
                        PrometheusText.Line(text, Name, labels, cell.Value);
                }
            }
        }

        private void WriteHistogram(StringBuilder text, string labels, Cell cell)
        {
            long sum = 0;
            string before = labels.Length == 0 ? "" : labels + ",";
            for (int i = 0; i <= Bounds.Length; i++)
            {
                sum += cell.Buckets![i];
                string bound = i == Bounds.Length ? "+Inf" : Bounds[i].ToString(CultureInfo.InvariantCulture);
                PrometheusText.Line(text, Name + "_bucket", $"{before}le=\"{bound}\"", sum);
            }

            PrometheusText.Line(text, Name + "_sum", labels, cell.Value);
            PrometheusText.Line(text, Name + "_count", labels, cell.Count);
        }
    }

    private sealed class Cell
    {
        public double Value;
        public long Count;
        public long[]? Buckets;
    }
}
