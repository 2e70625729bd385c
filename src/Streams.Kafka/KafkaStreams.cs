namespace Eip.Streams.Kafka;

/// <summary>Names that the provider and its subscribers agree on.</summary>
public static class KafkaStreams
{
    /// <summary>
    /// The namespace of every stream of the provider; a grain subscribes with <c>[ImplicitStreamSubscription(KafkaStreams.Namespace)]</c> and takes
    /// <see cref="FulfillmentEventBatch"/> as its item.
    /// </summary>
    public const string Namespace = "fulfillment-events";

    /// <summary>The stream of a partition. Its key, <c>topic/partition</c>, is also the key of the grain that subscribes implicitly.</summary>
    public static StreamId StreamOf(string topic, int partition) => StreamId.Create(Namespace, KeyOf(topic, partition));

    /// <summary>The key of a partition's stream and of its implicit subscriber, <c>topic/partition</c>.</summary>
    public static string KeyOf(string topic, int partition) => $"{topic}/{partition}";
}
