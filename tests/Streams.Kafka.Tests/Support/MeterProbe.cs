using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>Sums what the provider's instruments say about one topic.</summary>
internal sealed class MeterProbe : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, double> sums = new();

    public MeterProbe(string topic)
    {
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == KafkaStreamInstruments.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(topic, instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(topic, instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(topic, instrument, value, tags));
        listener.Start();
    }

    public double this[string name] => sums.GetValueOrDefault(name);

    /// <summary>Asks the gauges now.</summary>
    public double Observe(string name)
    {
        sums[name] = 0;
        listener.RecordObservableInstruments();
        return sums[name];
    }

    public void Dispose() => listener.Dispose();

    private void Add(string topic, Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "topic" && (string?)tag.Value == topic)
                sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        }
    }
}
