using Confluent.Kafka;
using Eip.Domain;

namespace Eip.Grains.Tests.Support;

/// <summary>A producer that writes in transactions, as many of Kafka's users do; each ends with a marker that no reader ever sees.</summary>
internal sealed class Transactions : IDisposable
{
    private readonly IProducer<byte[], byte[]> producer;
    private readonly string topic;

    public Transactions(string servers, string topic)
    {
        this.topic = topic;
        producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers, TransactionalId = $"tests-{Guid.NewGuid():n}", Partitioner = Partitioner.Murmur2Random,
        }).SetLogHandler(static (_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(20));
    }

    /// <summary>Begins a transaction, and writes events in it.</summary>
    public void Begin(IEnumerable<FulfillmentEvent> events)
    {
        producer.BeginTransaction();
        foreach (var @event in events)
        {
            producer.Produce(topic, new Message<byte[], byte[]>
            {
                Key = System.Text.Encoding.UTF8.GetBytes(@event.OrderId.ToString()), Value = System.Text.Encoding.UTF8.GetBytes(EventJson.ToJson(@event)),
            });
        }

        producer.Flush(TimeSpan.FromSeconds(10));
    }

    public void Commit() => producer.CommitTransaction(TimeSpan.FromSeconds(10));

    public void Abort() => producer.AbortTransaction(TimeSpan.FromSeconds(10));

    public void Dispose() => producer.Dispose();
}
