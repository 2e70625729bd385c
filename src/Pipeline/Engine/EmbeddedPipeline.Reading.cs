using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <content>What can be asked of the projections.</content>
public sealed partial class EmbeddedPipeline
{
    /// <inheritdoc/>
    public ValueTask<CaseSnapshot?> FindAsync(OrderId orderId, CancellationToken cancellationToken = default)
    {
        var projector = projectors[log.PartitionOf(orderId)];
        using (projector.Gate.EnterRead())
            return ValueTask.FromResult(projector.Store.TryFind(orderId, out var found) ? CaseSnapshot.Of(found) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LaneFigures>> ListAsync(DateRange window, CancellationToken cancellationToken = default) =>
        lanes.ListAsync(window, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LaneKpis?> FindAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default) =>
        lanes.FindAsync(lane, window, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RouteStats>> DailyAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default) =>
        lanes.DailyAsync(lane, window, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LaneKpis> NetworkAsync(DateRange window, CancellationToken cancellationToken = default) =>
        lanes.NetworkAsync(window, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LiveChange> SubscribeAsync(long? afterId, CancellationToken cancellationToken = default) =>
        feed.SubscribeAsync(afterId, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<PipelineStatus> GetAsync(CancellationToken cancellationToken = default)
    {
        var partitions = new PartitionStatus[projectors.Length];
        EventTime? watermark = null, ahead = null;
        long orders = 0;
        foreach (var projector in projectors)
        {
            int partition = projector.Partition;
            long projected;
            EventTime? folded;
            using (projector.Gate.EnterRead())
            {
                projected = projector.Store.ProjectedOffset;
                folded = projector.Store.Watermark;
                orders += projector.Store.Count;
            }

            // The end is asked for last, so that it never lies before what is folded.
            long end = log.EndOffset(partition);
            var last = log.LastEventAt(partition);
            if (last > horizon.Latest)
                (ahead, last) = (ahead > last ? ahead : last, folded);
            partitions[partition] = new PartitionStatus(partition, end, projected, last, folded, projector.EventsPerSecond);
            if (folded is { } time && (watermark is null || time > watermark))
                watermark = time;
        }

        long letters = DeadLetters is { } kept ? await kept.CountAsync(cancellationToken).ConfigureAwait(false) : 0;
        return new PipelineStatus(options.TimeProvider.GetUtcNow(), watermark, partitions, letters, orders) { AheadAt = ahead };
    }

    /// <summary>Every order in ascending order of its id, each as of the moment when the enumeration comes to it.</summary>
    public IEnumerable<CaseSnapshot> EnumerateCases()
    {
        foreach (var (projector, @case) in SortedCases())
        {
            CaseSnapshot snapshot;
            using (projector.Gate.EnterRead())
                snapshot = CaseSnapshot.Of(@case);
            yield return snapshot;
        }
    }

    /// <summary>
    /// Every distinct event in emission order (fulfillment-v1 §2), of the orders that are known when the enumeration begins. Memory is bounded: events are
    /// sorted some millions at a time, by ranges of event time.
    /// </summary>
    public IEnumerable<FulfillmentEvent> EnumerateEvents() => EmissionOrder.Enumerate(SortedCases());

    /// <summary>The rows of <c>route_stats_daily</c> in key order.</summary>
    public IReadOnlyList<RouteStats> RouteStats() => routeStats.Rows();

    /// <summary>
    /// The digest over all projections (fulfillment-v1 §5), as of one moment: folding waits, readers do not.
    /// </summary>
    public SectionDigests Digest(CancellationToken cancellationToken = default)
    {
        using var frozen = new FrozenProjectors(projectors);
        return DigestBuilder.Build(SortedCases(), routeStats.Rows(), Parallelism(cancellationToken));
    }

    private (Projector Projector, FulfillmentCase Case)[] SortedCases() => CaseMerge.Sorted(projectors, Parallelism(CancellationToken.None));
}
