using Confluent.Kafka.Admin;

namespace Eip.Streams.Kafka.Continuity;

/// <summary>The ids that brokers give topics.</summary>
public static class TopicIds
{
    /// <summary>The id as text; null from brokers that give none.</summary>
    public static string? Of(TopicDescription topic) =>
        topic.TopicId is { } id && (id.MostSignificantBits != 0 || id.LeastSignificantBits != 0) ? id.ToString() : null;
}
