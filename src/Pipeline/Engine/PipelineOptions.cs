using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>How an embedded pipeline is opened.</summary>
public sealed record PipelineOptions
{
    /// <summary>Partitions of a log that does not exist yet; an existing log keeps its own number.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Whether an append leaves out events that the log holds already.</summary>
    public bool Deduplicate { get; init; }

    /// <summary>
    /// Whether nothing is written: the log is read beside its writer, snapshots are loaded and the rest is folded in memory. Appending, publishing and
    /// rebuilding throw <see cref="InvalidOperationException"/>.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether snapshots are left aside, so that the log is folded from its beginning: what a rebuild wants.</summary>
    public bool IgnoreSnapshots { get; init; }

    /// <summary>Whether changes are told to the live feed while the pipeline runs; it costs a card for every changed order.</summary>
    public bool LiveFeed { get; init; }

    /// <summary>Changes that the live feed remembers, for subscribers that resume.</summary>
    public int LiveFeedCapacity { get; init; } = 4_096;

    /// <summary>Changes that a live subscriber may be behind before it is dropped.</summary>
    public int LiveSubscriberCapacity { get; init; } = 1_024;

    /// <summary>The most threads that work at once on catching up, loading, publishing and digests.</summary>
    public int MaxParallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>How far past the clock an event time may lie and still move the watermark; null for <c>EIP_MAX_AHEAD_DAYS</c>, or a day.</summary>
    public EventHorizon? Horizon { get; init; }

    /// <summary>The clock of ticks, rates and status.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
