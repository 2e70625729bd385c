using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Rebuild;

/// <summary>Gives cases as the log leaves them, and later those that changed since.</summary>
public interface ICaseFeed
{
    /// <summary>
    /// Every case, or after a position every case that changed since or had not been given; up to the end of the log as it is at the call. Batches that
    /// were given once may come again after a restart.
    /// </summary>
    IAsyncEnumerable<CaseFeedBatch> ReadAsync(string? position, CancellationToken cancellationToken = default);
}

/// <summary>Some cases.</summary>
/// <param name="Cases">The cases.</param>
/// <param name="Position">Where to go on once they are stored.</param>
public sealed record CaseFeedBatch(IReadOnlyList<CaseSnapshot> Cases, string Position);
