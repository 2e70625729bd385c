using Eip.Domain;
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
    /// <param name="clock">The clock.</param>
    public static PipelineStatus Read(Home home, EventLog log, long deadLetters, TimeProvider clock)
    {
        var partitions = new PartitionStatus[log.PartitionCount];
        var horizon = new EventHorizon(clock);
        EventTime? ahead = null;
        long orders = 0;
        for (int partition = 0; partition < partitions.Length; partition++)
        {
            var position = PositionOf(CaseSnapshots.PathOf(home.Projections, partition), partition);
            orders += position.Count;
            var last = log.LastEventAt(partition);
            if (last > horizon.Latest)
                (ahead, last) = (ahead > last ? ahead : last, position.Watermark);
            partitions[partition] = new PartitionStatus(
                partition, log.EndOffset(partition), position.ProjectedOffset, last, position.Watermark, EventsPerSecond: 0);
        }

        return new PipelineStatus(clock.GetUtcNow(), partitions.Max(static partition => partition.Watermark), partitions, deadLetters, orders) { AheadAt = ahead };
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
