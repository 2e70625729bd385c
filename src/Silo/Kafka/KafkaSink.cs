using System.Text;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Kafka;

/// <summary>
/// Writes a replay to the topics themselves, malformed lines included. A batch whose fate is unknown is sent again as a whole: what the topics hold
/// twice counts once.
/// </summary>
/// <param name="log">Takes events.</param>
/// <param name="options">Where the log lives.</param>
public sealed class KafkaSink(KafkaEventLog log, KafkaLogOptions options) : IReplaySink
{
    private readonly Lazy<IProducer<byte[], byte[]>> raw = new(() => new ProducerBuilder<byte[], byte[]>(
        options.Client(new ProducerConfig { Acks = Acks.All })).Build());

    private readonly EventHorizon horizon = new(TimeProvider.System);
    private EventTime? watermark;

    /// <inheritdoc/>
    public string Name => $"kafka {options.BootstrapServers} {string.Join(',', options.EventTopics)}";

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    /// <inheritdoc/>
    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(watermark);

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    public string? Mark() => null;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        var events = new List<FulfillmentEvent>(batch.Length);
        var lines = new List<Task>();
        for (int i = 0; i < batch.Length; i++)
        {
            var emission = batch.Span[i];
            if (emission.Malformed is { } line)
            {
                var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(emission.Event.OrderId.ToString()), Value = Encoding.UTF8.GetBytes(line) };
                lines.Add(raw.Value.ProduceAsync(options.TopicOf(emission.Event.Source), message, cancellationToken));
                continue;
            }

            events.Add(emission.Event);
            if (horizon.Counted(emission.Event.EventAt) is { } at && (watermark is not { } known || at > known))
                watermark = at;
        }

        Taken += await log.AppendAsync(events.ToArray(), cancellationToken);
        await Task.WhenAll(lines);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (raw.IsValueCreated)
            raw.Value.Dispose();
        return ValueTask.CompletedTask;
    }
}
