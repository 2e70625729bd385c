using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Sinks;

/// <summary>Where a replay's emissions go. Used by one replay at a time.</summary>
public interface IReplaySink : IAsyncDisposable
{
    /// <summary>What the sink is, such as a URL or a file; part of a checkpoint's fingerprint.</summary>
    string Name { get; }

    /// <summary>What the sink has counted since it was made.</summary>
    AppendResult Taken { get; }

    /// <summary>The greatest event time that the sink is known to hold, or null when it holds nothing or cannot tell.</summary>
    ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes ready. With the mark of an earlier run's checkpoint it goes on behind it; false when it no longer holds what it held then, so that the
    /// checkpoint is void and the replay begins again.
    /// </summary>
    ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default);

    /// <summary>Where the sink stands, to be written into a checkpoint before a batch is sent; null when it cannot tell.</summary>
    string? Mark();

    /// <summary>
    /// Takes emissions in the order given. When the task completes they are as durable as the sink makes them; when it fails, any of them may have
    /// been taken.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default);

    /// <summary>
    /// What a batch still lacks whose fate is unknown, because the replay died between sending it and noting that it was taken. Called after
    /// <see cref="OpenAsync"/> and before anything is sent.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="mark">Where the sink stood before the batch was first sent.</param>
    /// <param name="attempts">How often it may have been sent already, at least once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default);
}

/// <summary>How events are laid out over topics (fulfillment-v1 §1).</summary>
public enum TopicLayout
{
    /// <summary>One log for all.</summary>
    One,

    /// <summary>One producer for each owner, OMS, WMS and TMS, fanned in where they are read: order holds within an owner only.</summary>
    PerOwner,
}

/// <summary>Splits emissions as the layout has it.</summary>
internal static class TopicLayouts
{
    /// <summary>The batch as it is, or one batch for each owner that occurs, each in the order given.</summary>
    public static IEnumerable<ReadOnlyMemory<Emission>> Split(this TopicLayout layout, ReadOnlyMemory<Emission> batch)
    {
        if (layout == TopicLayout.One)
            return [batch];
        var all = batch.ToArray();
        return all.GroupBy(static emission => emission.Event.Source).OrderBy(static group => group.Key)
            .Select(static group => new ReadOnlyMemory<Emission>([.. group]));
    }

    /// <summary>The name of an owner's topic.</summary>
    public static string Topic(this EventSource source) => source.Name().ToLowerInvariant() + "-events";
}
