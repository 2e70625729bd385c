using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Sinks;

/// <summary>The pipeline of a home, opened to be replayed into: events are folded while they come.</summary>
public sealed class EmbeddedTarget : IAsyncDisposable
{
    private readonly FileDeadLetters letters;
    private readonly FlushedLater log;
    private readonly TimeProvider time;

    private EmbeddedTarget(EmbeddedPipeline pipeline, TimeProvider time)
    {
        (Pipeline, this.time) = (pipeline, time);
        letters = new FileDeadLetters(pipeline.Home.DeadLetters, pipeline);
        pipeline.DeadLetters = letters;
        log = new FlushedLater(pipeline, time);
        pipeline.Start();
    }

    /// <summary>The pipeline.</summary>
    public EmbeddedPipeline Pipeline { get; }

    /// <summary>Its dead letters.</summary>
    public IDeadLetters DeadLetters => letters;

    /// <summary>Opens a home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="deduplicate">Whether the log leaves out events that it holds already.</param>
    /// <param name="time">Real time.</param>
    /// <exception cref="Pipeline.Log.LogBusyException">Another process writes to it.</exception>
    public static EmbeddedTarget Open(Home home, bool deduplicate, TimeProvider time) =>
        new(EmbeddedPipeline.Open(home, new PipelineOptions { Deduplicate = deduplicate, TimeProvider = time }), time);

    /// <summary>A sink into it.</summary>
    public IReplaySink Sink(TopicLayout layout) => new LogSink(log, new EventLogTail(Pipeline.Log!), DeadLetters, layout, time);

    /// <summary>Waits until everything that came is folded, and returns the digest.</summary>
    public async Task<SectionDigests> SettleAsync(CancellationToken cancellationToken = default)
    {
        await Pipeline.CatchUpAsync(cancellationToken: cancellationToken);
        return Pipeline.Digest(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await Pipeline.DisposeAsync();
        letters.Dispose();
    }
}
