using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Lanes;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Eip.Grains.Ingest;

/// <summary>
/// One partition of the log. It is placed where its queue is pulled, and moves when the queue does. A batch that fails is tried again here, with
/// growing pauses, and only then given back to the stream, which delivers it anew for as long as it takes.
/// </summary>
[ImplicitStreamSubscription(KafkaStreams.Namespace)]
[PreferLocalPlacement]
[GrainType("eip.ingest")]
internal sealed partial class IngestGrain(
    BatchFolder folder,
    ICaseStates states,
    StreamClock clock,
    EventHorizon horizon,
    GrainsInstruments instruments,
    ILocalSiloDetails silo,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<IngestGrain> logger) : Grain, IIngestGrain, IStreamSubscriptionObserver, IAsyncObserver<FulfillmentEventBatch>
{
    // Longer than an order's grain lives that nobody calls: what is in memory afterwards was loaded, or stored, in the store's present life.
    private static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(10);
    private readonly HashSet<OrderId> poison = [];
    private readonly RecentRate rate = new(time);
    private string partition = "";
    private EventTime? watermark;
    private Guid? life;
    private long doubtfulSince;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        partition = this.GetPrimaryKeyString();
        doubtfulSince = time.GetTimestamp();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<FulfillmentEventBatch>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(FulfillmentEventBatch item, StreamSequenceToken? token = null)
    {
        await Ingest(new IngestBatch(item.Events, item.FirstOffset, item.LastOffset + 1, item.TopicId));
        if (item.PulledBy.Equals(silo.SiloAddress))
            return;
        // Migrated, not merely deactivated: the batch that waits already would bring the grain back to life here.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, item.PulledBy);
        this.MigrateOnIdle();
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(logger, partition, ex);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<long> Ingest(IngestBatch batch)
    {
        var groups = new OrderGroups(batch.Events.Span, horizon.Latest);
        if (groups.AheadAt is { } ahead && clock.ObserveAhead(ahead))
            LogAhead(logger, partition, EventHorizon.Hint(ahead));
        if (groups.Watermark is { } latest && (watermark is not { } known || latest > known))
            watermark = latest;
        long started = time.GetTimestamp();
        StorePosition? stands = null;
        for (int failed = 1; stands is null; failed++)
        {
            try
            {
                stands = await FoldAsync(batch, groups);
            }
            catch (Exception exception) when (time.GetElapsedTime(started) + options.Value.Pause(failed) < options.Value.RetryFor)
            {
                LogRetry(logger, partition, batch.NextOffset, failed, exception);
                instruments.Retried();
                await Task.Delay(options.Value.Pause(failed), time);
            }
        }

        if (stands.Value.NextOffset < batch.FirstOffset)
            await BeginAnewAsync(batch, stands.Value);
        clock.Observe(watermark);
        instruments.Folded(batch.Events.Length, time.GetElapsedTime(started));
        return stands.Value.NextOffset;
    }

    // Null when the store began another life meanwhile: what was stored before may be gone.
    private async Task<StorePosition?> FoldAsync(IngestBatch batch, OrderGroups groups)
    {
        var begun = life ??= await states.LifeAsync();
        await folder.FoldAsync(partition, groups, poison, watermark, time.GetElapsedTime(doubtfulSince) < DoubtFor, CancellationToken.None);
        rate.Add(batch.Events.Length);
        var progress = new IngestProgress(partition, batch.NextOffset, watermark, rate.PerSecond, time.GetUtcNow(), TopicId: batch.TopicId);
        var stands = await states.AdvanceAsync(progress, batch.FirstOffset, begun);
        if (stands.Life == begun)
            return stands;
        life = stands.Life;
        doubtfulSince = time.GetTimestamp();
        return null;
    }

    // The store went back. Whoever gives the batches begins where it stands; grains may remember what it does not.
    private async Task BeginAnewAsync(IngestBatch batch, StorePosition stands)
    {
        LogWentBack(logger, partition, stands.NextOffset, batch.FirstOffset);
        await states.BeginLifeAsync(stands.Life);
        life = null;
        doubtfulSince = time.GetTimestamp();
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "The batch of {Partition} before offset {NextOffset} failed (try {Failed}); it is tried again.")]
    private static partial void LogRetry(ILogger logger, string partition, long nextOffset, int failed, Exception exception);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "The store stands at offset {NextOffset} of {Partition}, and the batch begins at {FirstOffset}: it was restored or made anew. It is filled again from there.")]
    private static partial void LogWentBack(ILogger logger, string partition, long nextOffset, long firstOffset);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "{Partition}: {Hint}")]
    private static partial void LogAhead(ILogger logger, string partition, string hint);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "The stream of {Partition} reports an error; it delivers again.")]
    private static partial void LogStreamError(ILogger logger, string partition, Exception exception);
}
