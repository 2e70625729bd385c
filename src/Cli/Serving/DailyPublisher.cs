using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Cli.Serving;

/// <summary>
/// Publishes when event time has passed midnight: then a day of <c>route_stats_daily</c> is complete. A replay passes many midnights a second, so a
/// minute lies between two publishes at least.
/// </summary>
internal sealed partial class DailyPublisher(EmbeddedPipeline pipeline, IRouteStatsStore? store, TimeProvider clock, ILogger<DailyPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        EventTime? published = null;
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                var watermark = (await pipeline.GetAsync(stoppingToken)).Watermark;
                if (watermark?.Date == published?.Date)
                    continue;
                await pipeline.PublishAsync(store, stoppingToken);
                published = watermark;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The next turn, or the end, publishes all that this one did not.
                Log.NotPublished(logger, exception);
            }
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Publishing failed; it is tried again")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
