using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Http;

/// <summary>
/// Search of a cluster that has no search store. A silo among several folds but a part of the cases, so an answer from its own memory would be wrong.
/// </summary>
internal sealed class SearchUnavailable : ICaseSearch
{
    private const string Reason = "This cluster has no search store (EIP_ELASTICSEARCH); cards, lanes and the pipeline are served without one.";

    /// <inheritdoc/>
    public ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default) => throw new StoreUnavailableException(Reason);

    /// <inheritdoc/>
    public IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, CancellationToken cancellationToken = default) => throw new StoreUnavailableException(Reason);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default) =>
        throw new StoreUnavailableException(Reason);
}
