using Eip.Grains.Abstractions;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Replay;

/// <summary>Looks after the replay every few seconds, from every silo: a replay whose silo died, or whose whole cluster was restarted, goes on by that.</summary>
internal sealed partial class ReplayKeeper(IGrainFactory grains, TimeProvider time, ILogger<ReplayKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await grains.GetGrain<IReplayGrain>(0).Get();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotReached(logger, exception);
            }
        }
    }

    [LoggerMessage(EventId = 4203, Level = LogLevel.Debug, Message = "The replay grain could not be reached; it is tried again.")]
    private static partial void LogNotReached(ILogger logger, Exception exception);
}

/// <summary>Adds replays to a silo whose settings name a data set.</summary>
internal static class ReplayHosting
{
    public static void AddReplays(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton<ReplayControllers>();
        if (settings.ReplayData is null)
            return;
        services.AddSingleton<IReplayControl, ClusterReplay>();
        services.AddHostedService<ReplayKeeper>();
    }
}
