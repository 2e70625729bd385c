using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>
/// Gives each active silo its share of the partitions, and looks for added partitions from time to time. A partition may be pulled by two silos for a
/// moment while they learn of a change: that gives duplicates, never a gap.
/// </summary>
internal sealed partial class KafkaQueueBalancer(
    IServiceProvider services, KafkaPartitionFinder finder, KafkaStreamOptions options, TimeProvider time, ILogger<KafkaQueueBalancer> logger)
    : QueueBalancerBase(services, logger)
{
    private readonly Lock gate = new();
    private volatile IReadOnlyList<QueueId> mine = [];
    private string[] silos = [];
    private IStreamQueueMapper? queues;
    private Task refreshing = Task.CompletedTask;

    public override async Task Initialize(IStreamQueueMapper queueMapper)
    {
        queues = queueMapper;
        await base.Initialize(queueMapper);
        refreshing = Task.Run(RefreshAsync);
    }

    public override IEnumerable<QueueId> GetMyQueues() => mine;

    public override async Task Shutdown()
    {
        await base.Shutdown();
        await refreshing;
    }

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        silos = [.. activeSilos.Select(static silo => silo.ToParsableString())];
        Share();
    }

    private void Share()
    {
        lock (gate)
        {
            var share = PartitionShare.Of(
                SiloAddress.ToParsableString(), silos, [.. queues!.GetAllQueues()], KafkaQueues.NameOf);
            if (share.ToHashSet().SetEquals(mine))
                return;
            mine = share;
            LogShare(Logger, share.Count, silos.Length, share);
        }

        NotifyListeners().Ignore();
    }

    private async Task RefreshAsync()
    {
        try
        {
            while (!Cancellation.IsCancellationRequested)
            {
                // While nothing is known the brokers were away when the silo started.
                var pause = queues!.GetAllQueues().Any() ? options.MetadataRefresh : options.MaxRetryPause;
                await Task.Delay(pause, time, Cancellation);
                if (await finder.TryFindAsync(Cancellation))
                    Share();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo pulls {Count} partitions, of {Silos} silos that share them: {Partitions}.")]
    private static partial void LogShare(ILogger logger, int count, int silos, IReadOnlyList<QueueId> partitions);
}
