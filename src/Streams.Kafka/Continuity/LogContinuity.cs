namespace Eip.Streams.Kafka.Continuity;

/// <summary>What the brokers hold of a partition.</summary>
/// <param name="TopicId">The topic's id; a topic that was deleted and created again has another. Null from brokers that give none.</param>
/// <param name="Begin">The offset of the first record that is left.</param>
/// <param name="End">The offset after the last one.</param>
public readonly record struct LogExtent(string? TopicId, long Begin, long End);

/// <summary>Tells whether the log goes on where a store stands. Where it does not, nothing is read until somebody has decided what is true.</summary>
public static class LogContinuity
{
    private const string Remedy =
        "What is stored is kept and nothing is read of the partition. Make the store anew from the log, 'eip rebuild --cluster', or keep it and go on "
        + "with what is left of the log, 'eip rebuild --cluster --keep-stored'.";

    /// <summary>What is broken, in sentences for people that name the partition and the remedy; null when the log goes on there.</summary>
    /// <param name="partition">The partition's key.</param>
    /// <param name="stored">Where the store stands; null when it holds nothing of the partition.</param>
    /// <param name="log">What the brokers hold.</param>
    public static string? Judge(string partition, StoredPosition? stored, LogExtent log)
    {
        if (stored?.TopicId is { } known && log.TopicId is { } found && known != found)
            return $"The topic of {partition} was deleted and created again: what is stored came from topic id {known}, and the topic has id {found}. {Remedy}";
        long next = stored?.NextOffset ?? 0;
        if (next > log.End)
            return $"The store stands at offset {next} of {partition}, and the log ends at {log.End}: records are gone that were stored. {Remedy}";
        return next < log.Begin
            ? $"The store stands at offset {next} of {partition}, and the log begins at {log.Begin}: the records between are gone unread. {Remedy}"
            : null;
    }
}

/// <summary>The log does not go on where the store stands.</summary>
/// <param name="message">What is broken.</param>
internal sealed class ContinuityBrokenException(string message) : Exception(message);
