using System.Buffers;
using System.Text.Json;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.Log;

/// <summary>
/// Appends events to their topics, keyed by order and in the order given, through an idempotent producer. An append completes when all replicas in sync
/// have its events.
/// </summary>
/// <param name="options">Where the log lives.</param>
/// <param name="time">The clock that waiting goes by; the system's when null.</param>
public sealed class KafkaEventLog(KafkaLogOptions options, TimeProvider? time = null) : IEventSink, IDisposable
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(5);
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private IProducer<byte[], byte[]>? producer;

    /// <summary>Creates topics that are missing, if <see cref="KafkaLogOptions.CreateMissingTopics"/> says so, and checks that the log can be reached.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or a topic is missing and cannot be created.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        using var topics = new KafkaTopics(options, time);
        await topics.EnsureAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaAppendException">The brokers did not take all events.</exception>
    public async ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
    {
        if (events.IsEmpty)
            return default;
        var client = Client();
        var append = new PendingAppend(events.Length);
        using var encoder = new EventEncoder();
        try
        {
            for (int i = 0; i < events.Length; i++)
            {
                var message = encoder.Encode(events.Span[i]);
                while (!TryProduce(client, options.TopicOf(events.Span[i].Source), message, append))
                    await Task.Delay(QueueFullPause, time, cancellationToken);
            }

            await append.Completion.WaitAsync(cancellationToken);
        }
        catch (KafkaAppendException exception) when (exception.IsFatal)
        {
            Abandon(client);
            throw;
        }

        return new AppendResult(events.Length, 0);
    }

    /// <summary>Waits a while for appends under way, and closes the client.</summary>
    public void Dispose()
    {
        producer?.Flush(TimeSpan.FromSeconds(10));
        Abandon(producer);
    }

    private static bool TryProduce(IProducer<byte[], byte[]> client, string topic, Message<byte[], byte[]> message, PendingAppend append)
    {
        try
        {
            client.Produce(topic, message, append.Report);
            return true;
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (KafkaException exception)
        {
            throw new KafkaAppendException(exception.Error);
        }
    }

    private IProducer<byte[], byte[]> Client()
    {
        lock (gate)
        {
            return producer ??= new ProducerBuilder<byte[], byte[]>(options.Producer())
                .SetErrorHandler(static (_, _) => { })
                .SetLogHandler(static (_, _) => { })
                .Build();
        }
    }

    private void Abandon(IProducer<byte[], byte[]>? client)
    {
        lock (gate)
        {
            if (client is null || client != producer)
                return;
            producer = null;
        }

        client.Dispose();
    }

    // Counts down to the acknowledgement of the last event.
    private sealed class PendingAppend
    {
        private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int open;
        private Error? error;

        public PendingAppend(int count)
        {
            open = count;
            Report = OnReport;
        }

        public Action<DeliveryReport<byte[], byte[]>> Report { get; }

        public Task Completion => completion.Task;

        private void OnReport(DeliveryReport<byte[], byte[]> report)
        {
            if (report.Error.IsError)
                Interlocked.CompareExchange(ref error, report.Error, null);
            if (Interlocked.Decrement(ref open) > 0)
                return;
            if (error is { } failure)
                completion.SetException(new KafkaAppendException(failure));
            else
                completion.SetResult();
        }
    }

    private sealed class EventEncoder : IDisposable
    {
        private readonly ArrayBufferWriter<byte> buffer = new(512);
        private readonly Utf8JsonWriter writer;

        public EventEncoder() => writer = new Utf8JsonWriter(buffer);

        public Message<byte[], byte[]> Encode(in FulfillmentEvent @event)
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            EventJson.Write(writer, @event);
            writer.Flush();
            byte[] key = new byte[@event.OrderId.Utf8Length];
            @event.OrderId.Format(key);
            return new Message<byte[], byte[]> { Key = key, Value = buffer.WrittenSpan.ToArray() };
        }

        public void Dispose() => writer.Dispose();
    }
}
