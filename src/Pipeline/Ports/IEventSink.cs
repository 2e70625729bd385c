using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Where events enter the log: a replay driver or a producer on one side, a host's log on the other.</summary>
public interface IEventSink
{
    /// <summary>
    /// Appends events in the order given. When the task completes they are durable as the log defines it; when it fails, any of them may or may not
    /// have been appended, and appending them again is harmless: every effect is idempotent.
    /// </summary>
    ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default);
}

/// <summary>What an append did.</summary>
/// <param name="Appended">Events that the log took, corrections included.</param>
/// <param name="Duplicates">Events that the log left out because it knew them with the same contents; 0 where the log does not look.</param>
/// <param name="Corrections">Events that it knew with other contents, and took (fulfillment-v1 §3); 0 where the log does not look.</param>
public readonly record struct AppendResult(long Appended, long Duplicates, long Corrections = 0)
{
    /// <summary>The sum of two results.</summary>
    public static AppendResult operator +(AppendResult left, AppendResult right) =>
        new(left.Appended + right.Appended, left.Duplicates + right.Duplicates, left.Corrections + right.Corrections);
}
