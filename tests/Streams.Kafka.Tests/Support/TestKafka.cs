using System.Text;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>Topics and a group of one test's own, on the brokers of <c>EIP_KAFKA</c>.</summary>
internal sealed class TestKafka : IDisposable
{
    private readonly string run = Guid.NewGuid().ToString("n")[..12];
    private readonly Lazy<KafkaEventLog> log;

    public TestKafka(string? servers = null, int partitions = 3, KafkaTopicLayout layout = KafkaTopicLayout.OneTopic)
    {
        Servers = servers ?? Environment.GetEnvironmentVariable("EIP_KAFKA") ?? "";
        Assert.SkipWhen(Servers.Length == 0, "EIP_KAFKA names no brokers.");
        Partitions = partitions;
        Layout = layout;
        log = new(() => new KafkaEventLog(Configure(new KafkaLogOptions())));
    }

    public string Servers { get; }

    public int Partitions { get; }

    public KafkaTopicLayout Layout { get; }

    public string Topic => $"events-{run}";

    public string Group => $"group-{run}";

    public KafkaEventLog Log => log.Value;

    public IAdminClient Admin => field ??= new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).SetLogHandler((_, _) => { }).Build();

    public KafkaLogOptions LogOptions => Configure(new KafkaLogOptions());

    public T Configure<T>(T options)
        where T : KafkaLogOptions
    {
        options.BootstrapServers = Servers;
        options.Layout = Layout;
        options.Topic = Topic;
        (options.OmsTopic, options.WmsTopic, options.TmsTopic) = ($"oms-{run}", $"wms-{run}", $"tms-{run}");
        options.DeadLetterTopic = $"dead-{run}";
        options.Partitions = Partitions;
        options.ReplicationFactor = 1;
        if (options is KafkaStreamOptions stream)
        {
            stream.Group = Group;
            stream.BatchSize = 100;
            stream.CommitInterval = TimeSpan.FromMilliseconds(50);
            stream.MetadataRefresh = TimeSpan.FromMilliseconds(500);
            stream.FetchMinBytes = 1;
        }

        return options;
    }

    public async Task AppendAsync(params FulfillmentEvent[] events)
    {
        await Log.PrepareAsync();
        (await Log.AppendAsync(events)).Appended.ShouldBe(events.Length);
    }

    /// <summary>Appends a record as it is; null makes a tombstone.</summary>
    public async Task<long> AppendRawAsync(string? value, int partition = 0, string topic = "")
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = Servers }).Build();
        var record = new Message<byte[], byte[]?> { Key = "raw"u8.ToArray(), Value = value is null ? null : Encoding.UTF8.GetBytes(value) };
        return (await producer.ProduceAsync(new TopicPartition(topic.Length == 0 ? Topic : topic, partition), record)).Offset.Value;
    }

    /// <summary>The committed offset of each partition, as lag tools ask for it; -1 where there is none.</summary>
    public async Task<long[]> CommittedAsync(string? topic = null, int? partitions = null)
    {
        var wanted = Enumerable.Range(0, partitions ?? Partitions).Select(partition => new TopicPartition(topic ?? Topic, partition)).ToList();
        var answer = await Admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(Group, wanted)]);
        return [.. wanted.Select(partition => answer[0].Partitions.Single(offset => offset.TopicPartition == partition).Offset.Value).Select(offset => Math.Max(offset, -1))];
    }

    public long[] EndOffsets(string? topic = null)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Servers, GroupId = "ends" }).Build();
        return [.. Enumerable.Range(0, Partitions).Select(partition =>
            consumer.QueryWatermarkOffsets(new TopicPartition(topic ?? Topic, partition), TimeSpan.FromSeconds(10)).High.Value)];
    }

    public void Dispose()
    {
        if (log.IsValueCreated)
            log.Value.Dispose();
    }
}
