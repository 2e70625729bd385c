using Eip.Domain;
using Eip.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Embedded;

/// <summary>
/// Gives the partitions of a log in files to their ingest grains. It begins at the first event whenever it starts: the folds take what they know for
/// what it is, and memory that died with the last process fills again.
/// </summary>
internal sealed partial class EmbeddedPump(EmbeddedLog log, IGrainFactory grains, TimeProvider time, ILogger<EmbeddedPump> logger) : BackgroundService
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, log.Log.PartitionCount).Select(partition => Task.Run(() => PumpAsync(partition, stoppingToken), stoppingToken)));

    private async Task PumpAsync(int partition, CancellationToken stoppingToken)
    {
        long at = 0;
        while (!stoppingToken.IsCancellationRequested)
            at = await PumpAsync(partition, at, stoppingToken);
    }

    // Until the store turns out to stand before what was given; returns where.
    private async Task<long> PumpAsync(int partition, long from, CancellationToken stoppingToken)
    {
        using var reader = log.Log.Read(partition, from);
        long given = from;
        var grain = grains.GetGrain<IIngestGrain>(EmbeddedLog.KeyOf(partition));
        while (!stoppingToken.IsCancellationRequested)
        {
            var appended = log.Appended;
            var buffer = new FulfillmentEvent[BatchSize];
            int count = reader.Read(buffer);
            if (count == 0)
            {
                await appended.WaitAsync(stoppingToken);
                continue;
            }

            long stands = await DeliverAsync(grain, new IngestBatch(buffer.AsMemory(0, count), given, reader.Offset), partition, stoppingToken);
            if (stands < given)
                return stands;
            given = reader.Offset;
        }

        return given;
    }

    private async Task<long> DeliverAsync(IIngestGrain grain, IngestBatch batch, int partition, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await grain.Ingest(batch);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogAgain(logger, partition, batch.NextOffset, exception);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "The events of partition {Partition} before offset {NextOffset} are given again.")]
    private static partial void LogAgain(ILogger logger, int partition, long nextOffset, Exception exception);
}
