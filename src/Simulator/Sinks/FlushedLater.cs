using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Sinks;

/// <summary>
/// Appends without waiting for the disk, and flushes a few times a second and at the end. A replay would be late if each of its small batches waited
/// for the disk. What was appended survives a kill all the same; after a loss of power a checkpoint may stand beyond the log, which the replay notices.
/// </summary>
internal sealed class FlushedLater : IEventSink, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly EmbeddedPipeline pipeline;
    private readonly CancellationTokenSource stop = new();
    private readonly Task flushing;
    private volatile bool dirty;

    public FlushedLater(EmbeddedPipeline pipeline, TimeProvider time)
    {
        this.pipeline = pipeline;
        flushing = Task.Run(() => FlushAsync(time));
    }

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // A disk that fails is told to whoever appends next.
        if (flushing.IsFaulted)
            flushing.GetAwaiter().GetResult();
        var result = pipeline.Append(events.Span);
        dirty = true;
        return ValueTask.FromResult(result);
    }

    /// <summary>Flushes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        FlushIfDirty();
    }

    private async Task FlushAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stop.Token))
            FlushIfDirty();
    }

    private void FlushIfDirty()
    {
        if (!dirty)
            return;
        dirty = false;
        pipeline.Flush();
    }
}
