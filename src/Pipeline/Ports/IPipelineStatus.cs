using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Tells how far the pipeline has come.</summary>
public interface IPipelineStatus
{
    /// <summary>The state now.</summary>
    ValueTask<PipelineStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The greatest event time that is folded, or null before the first event; every answer of the Ops API asks for it.</summary>
    async ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => (await GetAsync(cancellationToken)).Watermark;
}

/// <summary>The state of the pipeline.</summary>
/// <param name="AsOf">The wall-clock moment.</param>
/// <param name="Watermark">The greatest event time that is folded and counts (<see cref="EventHorizon"/>), or null before the first event.</param>
/// <param name="Partitions">Each partition of the log.</param>
/// <param name="DeadLetters">Letters that wait for somebody.</param>
/// <param name="OrderCount">Orders that have a card.</param>
public sealed record PipelineStatus(
    DateTimeOffset AsOf, EventTime? Watermark, IReadOnlyList<PartitionStatus> Partitions, long DeadLetters, long OrderCount)
{
    /// <summary>The greatest event time that is known and lies too far past the clock to count (<see cref="EventHorizon"/>); null when there is none.</summary>
    public EventTime? AheadAt { get; init; }

    /// <summary>Events in the log that are not folded yet.</summary>
    public long LagEvents => Partitions.Sum(static partition => partition.LagEvents);
}

/// <summary>The state of one partition.</summary>
/// <param name="Partition">Its number, from 0.</param>
/// <param name="EndOffset">The offset after the last event of the log.</param>
/// <param name="ProjectedOffset">The offset after the last event that is folded, with every effect stored.</param>
/// <param name="LastEventAt">The greatest event time in the log, or null when empty; that of the folds where the log's does not count.</param>
/// <param name="Watermark">The greatest event time that is folded and counts, or null before the first.</param>
/// <param name="EventsPerSecond">Events folded a second, lately.</param>
public sealed record PartitionStatus(
    int Partition, long EndOffset, long ProjectedOffset, EventTime? LastEventAt, EventTime? Watermark, double EventsPerSecond)
{
    /// <summary>Events that are not folded yet.</summary>
    public long LagEvents => EndOffset - ProjectedOffset;

    /// <summary>Event time between what is in the log and what is folded, in seconds.</summary>
    public long LagSeconds => LagEvents == 0 || LastEventAt is not { } last ? 0 : Math.Max(0, last - (Watermark ?? last));
}
