using Confluent.Kafka;
using Eip.Streams.Kafka.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Eip.Streams.Kafka.DeadLetters;

/// <summary>Writes to the dead-letter topic; a write that completes is on all replicas in sync.</summary>
internal sealed class DeadLetterWriter(KafkaLogOptions options) : IDisposable
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private IProducer<string, byte[]?>? producer;

    /// <summary>Writes one record.</summary>
    /// <exception cref="KafkaException">The brokers did not take it.</exception>
    public async Task WriteAsync(Message<string, byte[]?> letter, CancellationToken cancellationToken)
    {
        var client = Client();
        try
        {
            await client.ProduceAsync(options.DeadLetterTopic, letter, cancellationToken);
        }
        catch (ProduceException<string, byte[]?> exception) when (
            exception.Error.Code == ErrorCode.MsgSizeTooLarge && letter.Value is { Length: > 1024 } content)
        {
            await WriteAsync(DeadLetterRecord.Truncated(letter, content.Length / 2), cancellationToken);
        }
        catch (KafkaException exception) when (exception.Error.IsFatal)
        {
            Abandon(client);
            throw;
        }
    }

    public void Dispose() => Abandon(producer);

    private IProducer<string, byte[]?> Client()
    {
        lock (gate)
        {
            return producer ??= new ProducerBuilder<string, byte[]?>(Config())
                .SetErrorHandler(static (_, _) => { })
                .SetLogHandler(static (_, _) => { })
                .Build();
        }
    }

    private ProducerConfig Config()
    {
        var config = options.Producer();
        config.MessageTimeoutMs = (int)GiveUpAfter.TotalMilliseconds;
        config.LingerMs = 0;
        return config;
    }

    private void Abandon(IProducer<string, byte[]?>? client)
    {
        lock (gate)
        {
            if (client is null || client != producer)
                return;
            producer = null;
        }

        client.Dispose();
    }
}
