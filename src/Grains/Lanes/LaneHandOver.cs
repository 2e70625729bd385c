using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace Eip.Grains.Lanes;

/// <summary>
/// Moves the lanes of a silo that stops to the silos that stay, a few at a time and before anything else of it ends: each is away for milliseconds then.
/// What does not get there in time begins anew elsewhere, as after a death.
/// </summary>
internal sealed partial class LaneHandOver(ActiveLanes lanes, ISiloStatusOracle silos, TimeProvider time, ILogger<LaneHandOver> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private const int Stage = ServiceLifecycleStage.Active + 1;
    private const int AtOnce = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(LaneHandOver), Stage, static _ => Task.CompletedTask, HandOverAsync);

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        SiloAddress[] others = [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress))];
        if (others.Length == 0)
            return;
        using var late = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        int begun = 0, moved = 0;
        try
        {
            // A lane moves when it is idle: one that waits for its days to be written would keep the batches waiting that call it.
            await lanes.StopTickingAsync().WaitAsync(end.Token);
            await Parallel.ForEachAsync(lanes.All, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = end.Token }, MoveAsync);
        }
        catch (OperationCanceledException)
        {
            // The others begin anew where they are called next.
        }

        if (begun > 0)
            LogHandedOver(logger, moved, begun);

        async ValueTask MoveAsync(IGrainContext lane, CancellationToken cancellationToken)
        {
            var target = others[Interlocked.Increment(ref begun) % others.Length];
            lane.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = target }, CancellationToken.None);
            await lane.Deactivated.WaitAsync(cancellationToken);
            Interlocked.Increment(ref moved);
        }
    }

    [LoggerMessage(EventId = 3104, Level = LogLevel.Information, Message = "{Moved} of {Count} lanes were handed over to other silos.")]
    private static partial void LogHandedOver(ILogger logger, int moved, int count);
}
