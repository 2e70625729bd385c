using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Silo.Replay;

/// <summary>
/// What the cluster's replays emitted, between the thread that emits and the grain that stores it. The data set of a cluster is one, wherever its files
/// lie: copies on several machines have differing times of change.
/// </summary>
internal sealed class GrainCoverage(ReplayRecord record) : ICoverageStore
{
    private readonly Lock gate = new();
    private ReplayCoverage coverage = ReplayCoverage.Of(
        record.Covered.Chunk(2).Select(static pair => new CoveredRange(pair[0] == long.MinValue ? null : new EventTime(pair[0]), new EventTime(pair[1]))),
        record.Reached is { } reached ? new EventTime(reached) : null);

    /// <inheritdoc/>
    public IReadOnlyList<MissingRange> Missing { get; private set; } = record.ToMissing();

    /// <summary>Takes it that the log stands at a moment.</summary>
    public void Follow(EventTime watermark)
    {
        lock (gate)
            coverage = coverage.Follow(watermark);
    }

    /// <inheritdoc/>
    public ReplayCoverage Read(IHistory history)
    {
        lock (gate)
            return coverage;
    }

    /// <inheritdoc/>
    public void Write(IHistory history, ReplayCoverage covered, IReadOnlyList<MissingRange> missing, bool now)
    {
        lock (gate)
            (coverage, Missing) = (covered, missing);
    }

    /// <summary>Puts it into what the grain stores.</summary>
    public void CopyTo(ReplayRecord stored)
    {
        lock (gate)
        {
            stored.Covered = [.. coverage.Ranges.SelectMany(static range => new[] { range.From?.UnixSeconds ?? long.MinValue, range.To.UnixSeconds })];
            stored.Reached = coverage.Reached?.UnixSeconds;
            stored.Missing = [.. Missing.SelectMany(static gap => new[] { gap.From.UnixSeconds, gap.To.UnixSeconds, gap.Events })];
        }
    }
}
