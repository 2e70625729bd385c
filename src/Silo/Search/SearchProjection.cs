using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch;

namespace Eip.Silo.Search;

/// <summary>
/// Cases to Elasticsearch, within a bound. While Elasticsearch is away the batch fails, its offset stands still and it is given again; without the bound
/// a call to the ingest grain would outlast the stream's patience and pile up behind itself.
/// </summary>
internal sealed class SearchProjection(ElasticsearchStore store, TimeProvider time) : ICaseProjection
{
    // With the ingest grain's own retries it stays below the response time-out of a grain call.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">Elasticsearch did not take the cases within the bound.</exception>
    public async Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await store.Indices.Ownership.HeldAsync(limit.Token);
            await store.Projection.StoreAsync(cases, limit.Token);
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string? trouble = store.Indices.Ownership.Refusal ?? store.Trouble;
            throw new StoreUnavailableException($"Elasticsearch did not take {cases.Count} cases within {Patience.TotalSeconds:0} s; they are given again. {trouble}", exception);
        }
    }
}
