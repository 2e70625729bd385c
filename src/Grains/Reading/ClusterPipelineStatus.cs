using Eip.Domain;
using Eip.Grains.Lanes;
using Eip.Grains.State;
using Eip.Pipeline.Ports;

namespace Eip.Grains.Reading;

/// <summary>
/// The state of the pipeline, from where the log ends and how far each partition's effects are stored: no grain is asked, and none is woken.
/// </summary>
public sealed class ClusterPipelineStatus(ILogEnds log, ICaseStates states, IDeadLetters deadLetters, EventHorizon horizon, StreamClock clock, TimeProvider time) : IPipelineStatus
{
    // A rate that nobody has renewed for this long says nothing about now.
    private static readonly TimeSpan RateAge = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The store of cases is away.</exception>
    public async ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) =>
        (await Outage.GuardAsync(() => states.ProgressAsync(cancellationToken))).Max(static partition => partition.Watermark);

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The log, or the store of cases, is away.</exception>
    public async ValueTask<PipelineStatus> GetAsync(CancellationToken cancellationToken = default)
    {
        // The ends last, so that the lag is never below what it is.
        long letters = await deadLetters.CountAsync(cancellationToken);
        var progress = await Outage.GuardAsync(() => states.ProgressAsync(cancellationToken));
        var ends = await log.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var known = progress.ToDictionary(static item => item.Partition, StringComparer.Ordinal);
        var partitions = new List<PartitionStatus>(ends.Count);
        var ahead = clock.AheadAt;
        foreach (var end in ends)
        {
            var last = end.LastEventAt;
            if (last > horizon.Latest)
                (ahead, last) = (ahead > last ? ahead : last, null);
            var done = known.GetValueOrDefault(end.Key);
            long projected = Math.Min(done?.NextOffset ?? 0, end.EndOffset);
            partitions.Add(new PartitionStatus(
                partitions.Count,
                end.EndOffset,
                projected,
                last ?? (projected == end.EndOffset ? done?.Watermark : null),
                done?.Watermark,
                done is not null && now - done.At < RateAge ? done.EventsPerSecond : 0));
        }

        return new PipelineStatus(
            now, partitions.Max(static partition => partition.Watermark), partitions, letters, progress.Sum(static item => item.OrderCount))
        {
            AheadAt = ahead,
        };
    }
}
