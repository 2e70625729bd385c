using Confluent.Kafka;
using Eip.Pipeline.Ports;

namespace Eip.Streams.Kafka.Log;

/// <summary>The brokers did not take all events of an append. Appending them again is harmless.</summary>
/// <param name="error">What the first event that failed met with.</param>
public sealed class KafkaAppendException(Error error) : StoreUnavailableException($"Kafka did not take the events: {error.Reason} ({error.Code}).")
{
    /// <summary>What the first event that failed met with.</summary>
    public Confluent.Kafka.ErrorCode Code { get; } = error.Code;

    internal bool IsFatal { get; } = error.IsFatal;
}
