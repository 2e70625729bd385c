using Eip.Pipeline.Engine.Snapshots;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>How far the projections of a home have been published, told by the ends of its snapshots without loading them.</summary>
public static class PublishedStatus
{
    /// <summary>The state of a home that anybody may read, while another process writes to it or none does.</summary>
    /// <param name="home">The home.</param>
    /// <param name="log">Its log.</param>
    /// <param name="deadLetters">How many letters wait.</param>
    /// <param name="asOf">The present moment.</param>
    public static PipelineStatus Read(Home home, EventLog log, long deadLetters, DateTimeOffset asOf)
    {
        var partitions = new PartitionStatus[log.PartitionCount];
        long orders = 0;
        for (int partition = 0; partition < partitions.Length; partition++)
        {
            var position = PositionOf(CaseSnapshots.PathOf(home.Projections, partition), partition);
            orders += position.Count;
            partitions[partition] = new PartitionStatus(
                partition, log.EndOffset(partition), position.ProjectedOffset, log.LastEventAt(partition), position.Watermark, EventsPerSecond: 0);
        }

        return new PipelineStatus(asOf, partitions.Max(static partition => partition.Watermark), partitions, deadLetters, orders);
    }

    private static SnapshotPosition PositionOf(string path, int partition)
    {
        if (!File.Exists(path))
            return default;
        try
        {
            using var snapshot = SnapshotFile.Open(path, partition);
            return snapshot.Position;
        }
        catch (SnapshotRefusedException)
        {
            // Whoever opens the home next will fold from the beginning.
            return default;
        }
    }
}
