using System.Buffers;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Embedded;

/// <summary><c>route_stats_daily</c> of a silo without a database: in memory, and as a file that is replaced as a whole.</summary>
internal sealed class FileRouteStats(Home home) : IRouteStatsStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(DateOnly, uint), RouteStats> rows = [];

    /// <summary>All rows in key order.</summary>
    public IReadOnlyList<RouteStats> Rows
    {
        get
        {
            lock (gate)
                return [.. rows.Values];
        }
    }

    /// <inheritdoc/>
    public Task ApplyAsync(IReadOnlyCollection<RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            foreach (var row in changed)
                rows[(row.StatDate, row.Lane.Code)] = row;
            foreach (var key in removed)
                rows.Remove((key.StatDate, key.Lane.Code));
            Write();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> all, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            rows.Clear();
            foreach (var row in all)
                rows[(row.StatDate, row.Lane.Code)] = row;
            Write();
        }

        return Task.CompletedTask;
    }

    private void Write()
    {
        var text = new ArrayBufferWriter<byte>(64 * 1024);
        CanonicalCsv.WriteHeader(text, CanonicalCsv.RouteStatsHeader);
        foreach (var row in rows.Values)
            CanonicalCsv.Write(text, row);
        Directory.CreateDirectory(home.Path);
        string temporary = home.RouteStatsFile + ".new";
        File.WriteAllBytes(temporary, text.WrittenSpan);
        File.Move(temporary, home.RouteStatsFile, overwrite: true);
    }
}
