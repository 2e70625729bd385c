using Eip.Domain;

namespace Eip.Grains.Reading;

/// <summary>Tells where the partitions of the log end.</summary>
public interface ILogEnds
{
    /// <summary>Every partition, in order.</summary>
    ValueTask<IReadOnlyList<LogEnd>> GetAsync(CancellationToken cancellationToken = default);
}

/// <summary>The end of a partition.</summary>
/// <param name="Key">The partition's key, as its ingest grain has it.</param>
/// <param name="EndOffset">The offset after its last record.</param>
/// <param name="LastEventAt">The greatest event time in it, or that of its last event where nobody keeps the greatest; null where neither is known.</param>
public readonly record struct LogEnd(string Key, long EndOffset, EventTime? LastEventAt);
