using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Eip.Streams.Kafka;

/// <summary>The provider's figures, in the meter <see cref="MeterName"/>; tags name topic and partition.</summary>
public sealed class KafkaStreamInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Eip.Streams.Kafka";

    private readonly Meter meter;
    private readonly Histogram<int> batchSize;
    private readonly Histogram<double> pollDuration, deliveryDuration, commitDuration;
    private readonly Counter<long> eventsDelivered, redeliveries, commitFailures, deadLetters, deadLetterFailures;
    private readonly ConcurrentDictionary<(string Topic, int Partition), Func<PartitionLag>> lags = new();

    /// <summary>Makes the instruments.</summary>
    public KafkaStreamInstruments(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        eventsDelivered = meter.CreateCounter<long>("eip.kafka.delivered.events", "{event}", "Events in batches that every subscriber has passed.");
        batchSize = meter.CreateHistogram<int>("eip.kafka.batch.records", "{record}", "Records in a batch.");
        pollDuration = meter.CreateHistogram<double>("eip.kafka.poll.duration", "s", "Time from a batch's first record to its last.");
        deliveryDuration = meter.CreateHistogram<double>("eip.kafka.delivery.duration", "s", "Time a subscriber took for a batch, last attempt.");
        commitDuration = meter.CreateHistogram<double>("eip.kafka.commit.duration", "s", "Time to commit an offset.");
        redeliveries = meter.CreateCounter<long>("eip.kafka.redeliveries", "{batch}", "Batches delivered again because an attempt failed.");
        commitFailures = meter.CreateCounter<long>("eip.kafka.commit.failures", "{commit}", "Commits that failed; the next one covers them.");
        deadLetters = meter.CreateCounter<long>("eip.kafka.dead_letters", "{record}", "Records set aside.");
        deadLetterFailures = meter.CreateCounter<long>("eip.kafka.dead_letter.failures", "{attempt}", "Attempts to set a record aside that failed; the partition waits.");
        meter.CreateObservableGauge("eip.kafka.lag.events", () => Observe(static lag => lag.Events), "{event}", "Records of the partition that are not passed yet.");
        meter.CreateObservableGauge("eip.kafka.lag.time", () => Observe(static lag => lag.Time.TotalSeconds), "s", "Age of the oldest record known not to be passed.");
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void Polled(string topic, int partition, int records, TimeSpan duration)
    {
        var tags = Tags(topic, partition);
        batchSize.Record(records, tags);
        pollDuration.Record(duration.TotalSeconds, tags);
    }

    internal void Delivered(FulfillmentEventBatch batch, TimeSpan duration)
    {
        var tags = Tags(batch.Topic, batch.Partition);
        eventsDelivered.Add(batch.Events.Length, tags);
        deliveryDuration.Record(duration.TotalSeconds, tags);
    }

    internal void Redelivered(string topic, int partition) => redeliveries.Add(1, Tags(topic, partition));

    internal void Committed(string topic, int partition, TimeSpan duration) => commitDuration.Record(duration.TotalSeconds, Tags(topic, partition));

    internal void CommitFailed(string topic, int partition) => commitFailures.Add(1, Tags(topic, partition));

    internal void DeadLettered(string topic, int partition) => deadLetters.Add(1, Tags(topic, partition));

    internal void DeadLetterFailed(string topic, int partition) => deadLetterFailures.Add(1, Tags(topic, partition));

    internal void Watch(string topic, int partition, Func<PartitionLag> lag) => lags[(topic, partition)] = lag;

    internal void Unwatch(string topic, int partition, Func<PartitionLag> lag) =>
        lags.TryRemove(KeyValuePair.Create((topic, partition), lag));

    private static System.Diagnostics.TagList Tags(string topic, int partition) => new() { { "topic", topic }, { "partition", partition } };

    private List<Measurement<T>> Observe<T>(Func<PartitionLag, T> value)
        where T : struct
    {
        var measurements = new List<Measurement<T>>();
        foreach (var (key, lag) in lags)
            measurements.Add(new Measurement<T>(value(lag()), Tags(key.Topic, key.Partition)));
        return measurements;
    }
}

/// <summary>How far a partition's subscribers are behind its end.</summary>
/// <param name="Events">Records not passed yet.</param>
/// <param name="Time">Age of the oldest record known not to be passed; zero when all are.</param>
internal readonly record struct PartitionLag(long Events, TimeSpan Time);
