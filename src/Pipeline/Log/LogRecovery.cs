namespace Eip.Pipeline.Log;

/// <summary>What opening a log found and did.</summary>
/// <param name="Losses">What could not be kept; empty when all is well.</param>
/// <param name="Notes">What else there is to say, in sentences for people.</param>
public sealed record LogRecovery(IReadOnlyList<LogLoss> Losses, IReadOnlyList<string> Notes)
{
    /// <summary>Nothing was found.</summary>
    public static LogRecovery None { get; } = new([], []);

    /// <summary>All that there is to say, in sentences for people.</summary>
    public IEnumerable<string> Sentences => [.. Losses.Select(static loss => loss.ToString()), .. Notes];
}

/// <summary>The end of a partition that could not be kept, such as the torn tail that a crash leaves.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="File">The segment file.</param>
/// <param name="Position">Where it was cut, in bytes.</param>
/// <param name="Offset">The first offset that is lost, where the log goes on.</param>
/// <param name="BytesLost">How many bytes were cut off.</param>
/// <param name="EventsLost">How many events are missing of those that had been flushed, if the log knows.</param>
/// <param name="KeptIn">The file that holds the bytes that were cut off, if there were any.</param>
/// <param name="Reason">What was wrong.</param>
public sealed record LogLoss(int Partition, string File, long Position, long Offset, long BytesLost, long? EventsLost, string? KeptIn, string Reason)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        $"Partition {Partition} goes on at offset {Offset}: '{File}' was cut at byte {Position}, since {Reason}; {BytesLost} bytes "
        + (EventsLost is { } events ? $"and {events} events that had been flushed " : "")
        + "are lost" + (KeptIn is null ? "." : $", kept in '{KeptIn}'.");
}

/// <summary>A place in the log that does not hold what was written.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="File">The segment file.</param>
/// <param name="Position">Where in it, in bytes.</param>
/// <param name="Offset">The first offset that cannot be read.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record LogDamage(int Partition, string File, long Position, long Offset, string Reason);
