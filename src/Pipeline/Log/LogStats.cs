using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>What a log holds.</summary>
/// <param name="Partitions">Each partition, in order.</param>
public sealed record LogStats(IReadOnlyList<PartitionStats> Partitions)
{
    /// <summary>Events in all.</summary>
    public long Events => Partitions.Sum(static partition => partition.Events);

    /// <summary>Bytes in all.</summary>
    public long Bytes => Partitions.Sum(static partition => partition.Bytes);

    /// <summary>Segment files in all.</summary>
    public int Segments => Partitions.Sum(static partition => partition.Segments);

    /// <summary>The least event time, or null when there is no event.</summary>
    public EventTime? FirstEventAt => Partitions.Min(static partition => partition.FirstEventAt);

    /// <summary>The greatest event time, or null when there is no event.</summary>
    public EventTime? LastEventAt => Partitions.Max(static partition => partition.LastEventAt);
}

/// <summary>What a partition holds.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="FirstOffset">The offset of its first event.</param>
/// <param name="EndOffset">The offset after its last event.</param>
/// <param name="Bytes">The length of its segment files.</param>
/// <param name="Segments">The number of its segment files.</param>
/// <param name="FirstEventAt">The least event time, or null when there is no event.</param>
/// <param name="LastEventAt">The greatest event time, or null when there is no event.</param>
public sealed record PartitionStats(
    int Partition, long FirstOffset, long EndOffset, long Bytes, int Segments, EventTime? FirstEventAt, EventTime? LastEventAt)
{
    /// <summary>The number of its events.</summary>
    public long Events => EndOffset - FirstOffset;
}
