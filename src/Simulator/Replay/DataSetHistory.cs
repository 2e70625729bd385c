using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Replay;

/// <summary>A data set as a replay reads it: from its prepared history, so that memory does not grow with its length.</summary>
/// <param name="prepared">The prepared history; it is closed with this one.</param>
/// <param name="folder">The folder of the data set.</param>
public sealed class DataSetHistory(PreparedHistory prepared, string folder) : IHistory, IDisposable
{
    /// <summary>Opens the data set in a folder, and prepares it in <paramref name="home"/> when it was not, or has changed since.</summary>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    public static DataSetHistory Open(
        string directory, string home, IRejectSink rejects, IProgress<ReadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(PreparedHistory.Open(directory, home, rejects, progress, cancellationToken), Path.GetFullPath(directory));

    /// <summary>Rows of the data set that were set aside when it was read.</summary>
    public long RejectCount => prepared.RejectCount;

    /// <summary>Whether this opening read the data set.</summary>
    public bool WasBuilt => prepared.WasBuilt;

    /// <inheritdoc/>
    public string Identity => prepared.Identity;

    /// <inheritdoc/>
    public string? Folder => folder;

    /// <inheritdoc/>
    public EventTime? First => prepared.First;

    /// <inheritdoc/>
    public EventTime? Last => prepared.Last;

    /// <inheritdoc/>
    public long Count => prepared.Count;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to) => prepared.Read(from, to);

    /// <inheritdoc/>
    public void Dispose() => prepared.Dispose();
}
