using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Replay;

/// <summary>The history of an Olist data set. Its events are made as they are read; a replay holds no more of them than a batch.</summary>
/// <param name="directory">The folder of the data set.</param>
/// <param name="events">What was read from it.</param>
public sealed class DataSetHistory(string directory, OlistHistory events) : IHistory
{
    private const int BatchLength = 2048;

    /// <inheritdoc/>
    public string Identity { get; } = Path.GetFullPath(directory);

    /// <inheritdoc/>
    public EventTime? First => events.FirstEventAt;

    /// <inheritdoc/>
    public EventTime? Last => events.LastEventAt;

    /// <inheritdoc/>
    public long Count => events.EventCount;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
    {
        long at = from is { } first ? events.CountUntil(first + -1) : 0;
        long end = events.CountUntil(to);
        var buffer = new FulfillmentEvent[(int)Math.Clamp(end - at, 0, BatchLength)];
        for (; at < end; at += BatchLength)
        {
            var batch = buffer.AsMemory(0, (int)Math.Min(BatchLength, end - at));
            events.CopyTo(at, batch.Span);
            yield return batch;
        }
    }
}
