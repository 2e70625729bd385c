using System.Buffers;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>
/// Keeps <c>route_stats_daily</c> published: the file as a whole, and a store by what changed since it was last published there. Where it is not sure what
/// a store holds, after a start, a failure or a rebuild, it makes the store equal as a whole.
/// </summary>
internal sealed class RouteStatsPublisher(Home home, IReadOnlyList<Projector> projectors) : IDisposable
{
    private const int FlushLength = 64 * 1024;
    private readonly SemaphoreSlim publishing = new(1);
    private IRouteStatsStore? known;

    /// <summary>All rows in key order, each partition as of one moment. Its folding waits meanwhile; readers do not.</summary>
    public IReadOnlyList<RouteStats> Rows()
    {
        var merged = new NetworkLedger();
        foreach (var projector in projectors)
        {
            using (projector.Freeze())
                merged.AddAll(projector.Store.Ledger);
        }

        return merged.ToRouteStats();
    }

    /// <summary>The next publish replaces the whole table.</summary>
    public void ForgetPublished() => Volatile.Write(ref known, null);

    public async Task PublishAsync(IRouteStatsStore? store, CancellationToken cancellationToken)
    {
        await publishing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool isKnown = store is not null && ReferenceEquals(Volatile.Read(ref known), store);
            ForgetPublished();
            var (rows, changed) = Take();
            AtomicFile.Write(home.RouteStatsFile, stream => Write(stream, rows));
            if (store is null)
                return;
            if (isKnown)
                await ApplyAsync(store, rows, changed, cancellationToken).ConfigureAwait(false);
            else
                await store.ReplaceAllAsync(rows, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref known, store);
        }
        finally
        {
            publishing.Release();
        }
    }

    public void Dispose() => publishing.Dispose();

    private static async Task ApplyAsync(
        IRouteStatsStore store, IReadOnlyList<RouteStats> rows, HashSet<RouteStatsKey> changed, CancellationToken cancellationToken)
    {
        RouteStats[] present = [.. rows.Where(row => changed.Remove(new RouteStatsKey(row.StatDate, row.Lane)))];
        // What is left has nothing to report any more.
        if (present.Length > 0 || changed.Count > 0)
            await store.ApplyAsync(present, changed, cancellationToken).ConfigureAwait(false);
    }

    private static void Write(Stream stream, IReadOnlyList<RouteStats> rows)
    {
        var text = new ArrayBufferWriter<byte>(FlushLength * 2);
        CanonicalCsv.WriteHeader(text, CanonicalCsv.RouteStatsHeader);
        foreach (var row in rows)
        {
            CanonicalCsv.Write(text, row);
            if (text.WrittenCount < FlushLength)
                continue;
            stream.Write(text.WrittenSpan);
            text.ResetWrittenCount();
        }

        stream.Write(text.WrittenSpan);
    }

    // The rows, and the keys that changed since they were last taken, of one and the same moment of each partition.
    private (IReadOnlyList<RouteStats> Rows, HashSet<RouteStatsKey> Changed) Take()
    {
        var merged = new NetworkLedger();
        var changed = new HashSet<RouteStatsKey>();
        foreach (var projector in projectors)
        {
            using (projector.Freeze())
            {
                merged.AddAll(projector.Store.Ledger);
                foreach (var ledger in projector.Store.Ledger.Lanes)
                {
                    foreach (int day in ledger.ChangedDays)
                        changed.Add(new RouteStatsKey(DateOnly.FromDayNumber(day), ledger.Lane));
                    ledger.ClearChanges();
                }
            }
        }

        return (merged.ToRouteStats(), changed);
    }
}
