using System.Buffers;
using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>
/// Searches case cards in memory: columns and sets of cards by segment, some hundred bytes a card. Safe for concurrent use: a search sees the index
/// between two updates, an update waits for the searches that run, and a stream reads a snapshot that updates do not touch.
/// </summary>
/// <param name="time">The clock that answers are dated by; the system's when null.</param>
public sealed class CaseIndex(TimeProvider? time = null) : ICaseSearch, ICaseObserver, IDisposable
{
    // Searches get their turn after so many updates.
    private const int BatchSize = 2048;
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly ReaderWriterLockSlim gate = new(LockRecursionPolicy.NoRecursion);
    private IndexContents contents = new();

    /// <summary>How many orders have a card.</summary>
    public int Count => Read(static contents => contents.Count);

    /// <inheritdoc/>
    public void Changed(int partition, IReadOnlyList<FulfillmentCase> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var rows = ArrayPool<CaseRow>.Shared.Rent(Math.Min(cases.Count, BatchSize));
        try
        {
            for (int start = 0; start < cases.Count; start += BatchSize)
            {
                var into = Volatile.Read(ref contents);
                int count = Math.Min(BatchSize, cases.Count - start);
                for (int i = 0; i < count; i++)
                    rows[i] = into.RowOf(cases[start + i]);
                Put(into, rows.AsSpan(0, count));
                into.Compact();
            }
        }
        finally
        {
            ArrayPool<CaseRow>.Shared.Return(rows, clearArray: true);
        }
    }

    /// <summary>Forgets every card. Searches that run end undisturbed.</summary>
    public void Clear()
    {
        gate.EnterWriteLock();
        try
        {
            contents = new IndexContents();
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query's limit is negative, or its sort unknown.</exception>
    public ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        var order = OrderOf(query);
        if (query.Limit < 0)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "The limit of a page is 0 or more.");
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(contents => contents.Search(query, order, clock.GetUtcNow())));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query's sort is unknown.</exception>
    public IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        var order = OrderOf(query);
        return Read(contents => contents.Snapshot(query.Filter, order)).StreamAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask VisitAsync(CaseFilter filter, Action<CaseCard> visit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(visit);
        Read(contents => contents.Snapshot(filter, new SortOrder(CaseSort.OrderId, Descending: false))).Visit(visit, cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The duration or the grouping is unknown.</exception>
    public ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        cancellationToken.ThrowIfCancellationRequested();
        var groups = Read(contents => contents.Collect(filter, duration, grouping));
        return ValueTask.FromResult(groups.ToDistributions());
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private static SortOrder OrderOf(CaseQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!Enum.IsDefined(query.Sort))
            throw new ArgumentOutOfRangeException(nameof(query), query.Sort, "Cards cannot be sorted by this.");
        return new SortOrder(query.Sort, query.Descending);
    }

    private void Put(IndexContents into, ReadOnlySpan<CaseRow> rows)
    {
        gate.EnterWriteLock();
        try
        {
            foreach (ref readonly var row in rows)
                into.Put(row);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    private TAnswer Read<TAnswer>(Func<IndexContents, TAnswer> answer)
    {
        gate.EnterReadLock();
        try
        {
            return answer(contents);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }
}
