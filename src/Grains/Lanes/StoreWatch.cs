using Eip.Grains.Abstractions;
using Eip.Grains.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Grains.Lanes;

/// <summary>
/// Ends the lanes of this silo when the store begins another life: a lane's book may hold what the store has lost, and would take its orders' changes for
/// known. Their next lives draw the figures from what is stored then, and write every day anew.
/// </summary>
internal sealed partial class StoreWatch(
    ICaseStates states, ActiveLanes lanes, IGrainFactory grains, TimeProvider time, ILogger<StoreWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly DeactivationReason Reason = new(DeactivationReasonCode.ApplicationRequested, "The store began another life.");

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Guid? known = null;
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Positions too: a backup brings back the life that it was made in.
                bool wentBack = WentBack(positions, await states.ProgressAsync(stoppingToken));
                var life = await states.LifeAsync(stoppingToken);
                if (known is not null && (wentBack || life != known))
                    await EndLanesAsync(stoppingToken);
                known = life;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSeen(logger, exception.Message);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool WentBack(Dictionary<string, long> known, IReadOnlyList<IngestProgress> now)
    {
        bool wentBack = known.Keys.Except(now.Select(static progress => progress.Partition)).Any();
        foreach (var progress in now)
            wentBack |= known.GetValueOrDefault(progress.Partition) > progress.NextOffset;
        known.Clear();
        foreach (var progress in now)
            known.Add(progress.Partition, progress.NextOffset);
        return wentBack;
    }

    private async Task EndLanesAsync(CancellationToken cancellationToken)
    {
        IGrainContext[] ended = [.. lanes.All];
        foreach (var lane in ended)
            lane.Deactivate(Reason, cancellationToken);
        foreach (var lane in ended)
        {
            await lane.Deactivated.WaitAsync(cancellationToken);
            await grains.GetGrain<ILaneGrain>(lane.GrainId).Touch();
        }

        LogEnded(logger, ended.Length);
    }

    [LoggerMessage(EventId = 3105, Level = LogLevel.Warning, Message = "The store began another life, so {Count} lanes began theirs anew.")]
    private static partial void LogEnded(ILogger logger, int count);

    [LoggerMessage(EventId = 3106, Level = LogLevel.Debug, Message = "The store's life cannot be seen: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string reason);
}
