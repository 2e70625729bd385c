using Eip.Domain;
using Eip.Pipeline.Engine.Snapshots;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>
/// The whole pipeline in one process: an event log, and the projections of it in memory. Snapshots of these are taken by <see cref="PublishAsync"/>, so
/// that the next start goes on from there. Members are safe for concurrent use; readers wait for less than a millisecond while events are folded.
/// </summary>
public sealed partial class EmbeddedPipeline : IEventSink, ICaseReader, ILaneReader, IPipelineStatus, ILiveFeed, IDisposable, IAsyncDisposable
{
    private readonly PipelineOptions options;
    private readonly IPartitionedLog log;
    private readonly Projector[] projectors;
    private readonly LaneView lanes;
    private readonly LiveFeed feed;
    private readonly RouteStatsPublisher routeStats;
    private readonly EventHorizon horizon;
    private readonly ProjectionRun run;
    private readonly GroupFlush flush;
    private bool isDisposed;

    private EmbeddedPipeline(Home home, PipelineOptions options, IPartitionedLog log)
    {
        (Home, this.options, this.log) = (home, options, log);
        horizon = options.Horizon ?? new EventHorizon(options.TimeProvider);
        feed = new LiveFeed(options.LiveFeedCapacity, options.LiveSubscriberCapacity, options.TimeProvider);
        projectors = [.. Enumerable.Range(0, log.PartitionCount).Select(partition => new Projector(log, partition, feed, horizon, options.TimeProvider))];
        lanes = new LaneView(projectors);
        routeStats = new RouteStatsPublisher(home, projectors);
        run = new ProjectionRun(projectors, feed, options);
        flush = new GroupFlush(log);
        var reports = new SnapshotReport[projectors.Length];
        Cores.For(projectors.Length, Parallelism(CancellationToken.None), partition =>
        {
            (var store, reports[partition]) = options.IgnoreSnapshots
                ? (new CaseStore(), new SnapshotReport(partition, CaseSnapshots.PathOf(home.Projections, partition), 0, 0, null))
                : CaseSnapshots.Load(home.Projections, log, partition, horizon.Latest);
            projectors[partition].Reset(store);
        });
        Snapshots = reports;
    }

    /// <summary>The folder that holds everything.</summary>
    public Home Home { get; }

    /// <summary>The log; null when a test put another in its place.</summary>
    public EventLog? Log => (log as EventLogAdapter)?.Log;

    /// <summary>What became of each partition's snapshot when the pipeline was opened.</summary>
    public IReadOnlyList<SnapshotReport> Snapshots { get; }

    /// <summary>Where letters wait, for their number in the status; null when nobody keeps any.</summary>
    public IDeadLetters? DeadLetters { get; set; }

    /// <summary>Completes when the background run has stopped, and fails with <see cref="ProjectionFailedException"/> once a partition of it does.</summary>
    public Task Completion => run.Completion;

    /// <summary>Partitions of the log.</summary>
    public int PartitionCount => projectors.Length;

    /// <summary>Opens a home, loads what snapshots hold, and stands where they stood: <see cref="CatchUpAsync"/> or <see cref="Start"/> folds the rest.</summary>
    /// <exception cref="LogBusyException">Another process writes to this home.</exception>
    /// <exception cref="LogDamagedException">A file of the log is not one that this version can use.</exception>
    /// <exception cref="DirectoryNotFoundException">It is to be read only, and there is no log.</exception>
    public static EmbeddedPipeline Open(Home home, PipelineOptions options)
    {
        var opened = options.ReadOnly
            ? EventLog.OpenForReading(home.Log)
            : EventLog.Open(home.Log, new EventLogOptions { Partitions = options.Partitions, Deduplicate = options.Deduplicate });
        return Over(home, options, new EventLogAdapter(opened));
    }

    /// <summary>Over a log of the caller's, which is disposed of with the pipeline.</summary>
    internal static EmbeddedPipeline Over(Home home, PipelineOptions options, IPartitionedLog log)
    {
        try
        {
            return new EmbeddedPipeline(home, options, log);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Appends events, makes them durable, and wakes the background run. Callers that append at once share a flush.</summary>
    /// <exception cref="InvalidOperationException">The pipeline is read only.</exception>
    /// <exception cref="LogFullException">The disk is full.</exception>
    public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = Append(events.Span);
        flush.Flush();
        return ValueTask.FromResult(result);
    }

    /// <summary>
    /// Appends events without waiting for the disk: they survive the end of the process, and are durable after <see cref="Flush"/>. For a backfill, which
    /// can be run again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pipeline is read only.</exception>
    /// <exception cref="LogFullException">The disk is full.</exception>
    public AppendResult Append(ReadOnlySpan<FulfillmentEvent> events)
    {
        ThrowIfReadOnly();
        var result = log.Append(events);
        flush.Appended();
        foreach (var projector in projectors)
            projector.Signal();
        return result;
    }

    /// <summary>Makes durable what <see cref="Append"/> took.</summary>
    public void Flush() => flush.Flush();

    /// <summary>Folds events as they come, with a thread for each partition, until <see cref="StopAsync"/>. Does nothing when it runs already.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        run.Start();
    }

    /// <summary>Stops folding at a clean point.</summary>
    public Task StopAsync() => run.StopAsync();

    /// <summary>Folds everything up to the present end of the log, beside a background run if there is one.</summary>
    /// <exception cref="ProjectionFailedException">A partition cannot be folded.</exception>
    public Task CatchUpAsync(IProgress<CatchUpProgress>? progress = null, CancellationToken cancellationToken = default) =>
        run.CatchUpAsync([.. projectors.Select(projector => log.EndOffset(projector.Partition))], progress, cancellationToken);

    /// <summary>
    /// Tells an observer of every case there is, and from then on of every change. Folding a partition waits while its cases are told. An observer that
    /// throws ends the folding of that partition.
    /// </summary>
    public void Register(ICaseObserver observer) =>
        Cores.For(projectors.Length, Parallelism(CancellationToken.None), partition => projectors[partition].Register(observer));

    /// <summary>Tells an observer of nothing any more.</summary>
    public void Unregister(ICaseObserver observer)
    {
        foreach (var projector in projectors)
            projector.Unregister(observer);
    }

    /// <summary>Throws the projections away and folds the whole log again. Interrupted at any point, the next start or rebuild goes on rightly.</summary>
    /// <exception cref="InvalidOperationException">The pipeline is read only.</exception>
    /// <exception cref="ProjectionFailedException">A partition cannot be folded.</exception>
    public async Task RebuildAsync(IProgress<CatchUpProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfReadOnly();
        foreach (var projector in projectors)
        {
            CaseSnapshots.Delete(Home.Projections, projector.Partition);
            projector.Reset(new CaseStore(projector.Store.Count));
        }

        routeStats.ForgetPublished();
        await CatchUpAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes a snapshot of every partition, <c>route_stats_daily.csv</c>, and the rows of <paramref name="store"/> if there is one. Each is replaced as a
    /// whole; interrupted at any point, the next publish makes it right.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pipeline is read only.</exception>
    public async Task PublishAsync(IRouteStatsStore? store = null, CancellationToken cancellationToken = default)
    {
        ThrowIfReadOnly();
        // Snapshots of different partitions and the statistics share nothing but the processor.
        var files = Task.Run(() => Cores.For(projectors.Length, Parallelism(cancellationToken), SaveSnapshot), cancellationToken);
        try
        {
            await routeStats.PublishAsync(store, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await files.ConfigureAwait(false);
        }
    }

    /// <summary>Stops, and closes the log. Nothing is published.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        await run.DisposeAsync().ConfigureAwait(false);
        feed.Dispose();
        routeStats.Dispose();
        foreach (var projector in projectors)
            projector.Dispose();
        log.Dispose();
    }

    private void SaveSnapshot(int partition)
    {
        var projector = projectors[partition];
        using (projector.Freeze())
        {
            // What the snapshot holds must never be lost from the log.
            log.Flush();
            CaseSnapshots.Save(Home.Projections, log, partition, projector.Store);
        }
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Math.Max(1, options.MaxParallelism), CancellationToken = cancellationToken };

    private void ThrowIfReadOnly()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (options.ReadOnly)
            throw new InvalidOperationException($"The home '{Home.Path}' was opened for reading.");
    }
}
