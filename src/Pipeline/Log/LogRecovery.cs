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

/// <summary>The end of a partition that a crash tore before it was ever flushed. No event that was acknowledged as durable is in it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="File">The segment file.</param>
/// <param name="Position">Where it was cut, in bytes.</param>
/// <param name="Offset">Where the log goes on.</param>
/// <param name="BytesLost">How many bytes were cut off.</param>
/// <param name="KeptIn">The file that holds them; null when there are none.</param>
public sealed record LogLoss(int Partition, string File, long Position, long Offset, long BytesLost, string? KeptIn)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        $"Partition {Partition} goes on at offset {Offset}: '{File}' ended within a record that had not been flushed, and was cut at byte {Position}; "
        + $"{BytesLost} bytes are kept in '{KeptIn}'.";
}
