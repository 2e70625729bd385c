using Eip.Domain;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;

namespace Eip.Cli.Replays;

/// <summary>A data set that a fast backfill read, as replays know it: the same identity, so that they know what it emitted.</summary>
internal sealed class BackfilledHistory(OlistHistory history, string data) : IHistory
{
    /// <inheritdoc/>
    public string Identity { get; } = DataSetFingerprint.Of(data);

    /// <inheritdoc/>
    public string? Folder { get; } = Path.GetFullPath(data);

    /// <inheritdoc/>
    public EventTime? First => history.FirstEventAt;

    /// <inheritdoc/>
    public EventTime? Last => history.LastEventAt;

    /// <inheritdoc/>
    public long Count => history.EventCount;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
    {
        foreach (var batch in history.Batches(to))
        {
            int start = 0;
            while (start < batch.Length && batch.Span[start].EventAt < from)
                start++;
            yield return batch[start..];
        }
    }
}
