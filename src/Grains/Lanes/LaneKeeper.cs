using Eip.Grains.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Grains.Lanes;

/// <summary>
/// Calls every lane to life when a silo has left, so that what the lanes on it had not written is written within seconds and does not wait for their
/// next event or reminder. Every silo does so, and a call that finds its lane alive does nothing.
/// </summary>
internal sealed partial class LaneKeeper(
    IClusterMembershipService membership, ICaseStates states, GrainReferences grains, TimeProvider time, ILogger<LaneKeeper> logger) : BackgroundService
{
    // Calls to lanes of the dead silo fail until the directory has forgotten them.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int Attempts = 10;

    // Batches go on meanwhile, and most lanes turn out to be alive.
    private const int AtOnce = 16;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = membership.CurrentSnapshot;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var changes = snapshot.CreateUpdate(known).Changes;
            known = snapshot;
            if (changes.Any(static member => member.Status is SiloStatus.Dead))
                await CallLanesAsync(stoppingToken);
        }
    }

    private async Task CallLanesAsync(CancellationToken stoppingToken)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                await Task.Delay(Pause, time, stoppingToken);
                var lanes = await states.LanesAsync(stoppingToken);
                foreach (var some in lanes.Chunk(AtOnce))
                {
                    await Task.WhenAll(some.Select(lane => grains.Lane(lane).Touch()));
                    await Task.Delay(Rest, time, stoppingToken);
                }

                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotCalled(logger, attempt, exception);
            }
        }
    }

    [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "Not every lane could be called after a silo left (try {Attempt}).")]
    private static partial void LogNotCalled(ILogger logger, int attempt, Exception exception);
}
