using System.Collections.Concurrent;
using Eip.Domain;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Search;

namespace Eip.Silo.Embedded;

/// <summary>
/// Search in a silo's own memory, for a silo that is alone: it gets every case that is folded. What was stored before the silo started is read when
/// the first question comes.
/// </summary>
internal sealed class SiloSearch(ICaseStates states, TimeProvider time) : ICaseSearch, ICaseProjection, IDisposable
{
    private const int LoadBatch = 1_000;
    private readonly CaseIndex index = new(time);
    private readonly ConcurrentDictionary<OrderId, long> versions = new();
    private readonly SemaphoreSlim writing = new(1);
    private bool isLoaded;

    /// <inheritdoc/>
    public async Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            Store(cases.Select(static item => FulfillmentCase.Restore(item.Card.OrderId, [.. item.Timeline], item.Version)));
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        return await index.SearchAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseCard> StreamAsync(
        CaseQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        await foreach (var card in index.StreamAsync(query, cancellationToken))
            yield return card;
    }

    /// <inheritdoc/>
    public async ValueTask VisitAsync(CaseFilter filter, Action<CaseCard> visit, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        await index.VisitAsync(filter, visit, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        return await index.MeasureAsync(filter, duration, grouping, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        index.Dispose();
        writing.Dispose();
    }

    private void Store(IEnumerable<FulfillmentCase> cases)
    {
        var newer = new List<FulfillmentCase>();
        foreach (var item in cases)
        {
            if (item.Version <= versions.GetValueOrDefault(item.OrderId))
                continue;
            versions[item.OrderId] = item.Version;
            newer.Add(item);
        }

        if (newer.Count > 0)
            index.Changed(0, newer);
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref isLoaded))
            return;
        await writing.WaitAsync(cancellationToken);
        try
        {
            if (isLoaded)
                return;
            var batch = new List<FulfillmentCase>(LoadBatch);
            await foreach (var (order, state) in states.ReadAllAsync(cancellationToken))
            {
                batch.Add(state.Restore(order, out _));
                if (batch.Count < LoadBatch)
                    continue;
                Store(batch);
                batch.Clear();
            }

            Store(batch);
            Volatile.Write(ref isLoaded, true);
        }
        finally
        {
            writing.Release();
        }
    }
}
