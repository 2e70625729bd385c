using Confluent.Kafka;
using Eip.Domain;

namespace Eip.Streams.Kafka.Options;

/// <summary>How events are spread over topics (fulfillment-v1 §1).</summary>
public enum KafkaTopicLayout
{
    /// <summary>All events on <see cref="KafkaLogOptions.Topic"/>.</summary>
    OneTopic,

    /// <summary>One topic per owner: <see cref="KafkaLogOptions.OmsTopic"/>, <see cref="KafkaLogOptions.WmsTopic"/>, <see cref="KafkaLogOptions.TmsTopic"/>.</summary>
    TopicPerOwner,
}

/// <summary>Where the event log lives in Kafka.</summary>
public class KafkaLogOptions
{
    /// <summary>The brokers to begin with, <c>host:port</c>, separated by commas. Required.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>How events are spread over topics.</summary>
    public KafkaTopicLayout Layout { get; set; }

    /// <summary>The topic of <see cref="KafkaTopicLayout.OneTopic"/>.</summary>
    public string Topic { get; set; } = "fulfillment-events";

    /// <summary>The topic of OMS in <see cref="KafkaTopicLayout.TopicPerOwner"/>.</summary>
    public string OmsTopic { get; set; } = "oms-events";

    /// <summary>The topic of WMS in <see cref="KafkaTopicLayout.TopicPerOwner"/>.</summary>
    public string WmsTopic { get; set; } = "wms-events";

    /// <summary>The topic of TMS in <see cref="KafkaTopicLayout.TopicPerOwner"/>.</summary>
    public string TmsTopic { get; set; } = "tms-events";

    /// <summary>The topic of records that could not be taken. It is created compacted, so a letter stays until it was retried.</summary>
    public string DeadLetterTopic { get; set; } = "fulfillment-dead-letters";

    /// <summary>Whether topics that are missing are created.</summary>
    public bool CreateMissingTopics { get; set; } = true;

    /// <summary>Partitions of a topic of events that is created.</summary>
    public int Partitions { get; set; } = 8;

    /// <summary>Replicas of a topic that is created; -1 leaves it to the brokers' default.</summary>
    public short ReplicationFactor { get; set; } = -1;

    /// <summary>Further properties of every Kafka client, by librdkafka's names, such as <c>security.protocol</c>. They win over this package's own.</summary>
    public Dictionary<string, string> ClientProperties { get; } = [];

    /// <summary>The topics that hold events.</summary>
    public IReadOnlyList<string> EventTopics => Layout == KafkaTopicLayout.OneTopic ? [Topic] : [OmsTopic, WmsTopic, TmsTopic];

    /// <summary>The topic that an event of this owner belongs on.</summary>
    public string TopicOf(EventSource source) => Layout == KafkaTopicLayout.OneTopic
        ? Topic
        : source switch
        {
            EventSource.Oms => OmsTopic,
            EventSource.Wms => WmsTopic,
            EventSource.Tms => TmsTopic,
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Not an owner of the contract."),
        };

    /// <summary>A client's configuration: this package's own, then <see cref="ClientProperties"/>.</summary>
    public T Client<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        config.ClientId ??= "eip";
        config.ReconnectBackoffMs ??= 50;
        config.ReconnectBackoffMaxMs ??= 1_000;
        foreach (var (name, value) in ClientProperties)
            config.Set(name, value);
        return config;
    }

    /// <summary>A producer's configuration: idempotent, acknowledged by all replicas in sync, keyed as Java clients key.</summary>
    internal ProducerConfig Producer() => Client(new ProducerConfig
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
        CompressionType = CompressionType.Lz4,
        LingerMs = 5,
        BatchSize = 256 * 1024,
        QueueBufferingMaxMessages = 200_000,
        DeliveryReportFields = "status",
    });
}
