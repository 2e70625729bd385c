using System.Buffers;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Embedded;

/// <summary>
/// <c>route_stats_daily</c> of a silo without a database: in memory, and as a file that is replaced as a whole, soon after a change. The log is durable;
/// a table that was lost with its process comes back from it.
/// </summary>
internal sealed class FileRouteStats : IRouteStatsStore, IDisposable
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private readonly SortedDictionary<(DateOnly, uint), RouteStats> rows = [];
    private readonly Home home;
    private readonly ITimer timer;
    private bool hasChanged;

    public FileRouteStats(Home home, TimeProvider time)
    {
        this.home = home;
        timer = time.CreateTimer(static state => ((FileRouteStats)state!).WriteIfChanged(), this, WriteEvery, WriteEvery);
    }

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
            hasChanged = true;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> all, CancellationToken cancellationToken = default)
    {
        lock (gate)
            rows.Clear();
        return ApplyAsync(all, [], cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        WriteIfChanged();
    }

    private void WriteIfChanged()
    {
        lock (writing)
        {
            IReadOnlyList<RouteStats> all;
            lock (gate)
            {
                if (!hasChanged)
                    return;
                hasChanged = false;
                all = [.. rows.Values];
            }

            var text = new ArrayBufferWriter<byte>(64 * 1024);
            CanonicalCsv.WriteHeader(text, CanonicalCsv.RouteStatsHeader);
            foreach (var row in all)
                CanonicalCsv.Write(text, row);
            Directory.CreateDirectory(home.Path);
            string temporary = home.RouteStatsFile + ".new";
            File.WriteAllBytes(temporary, text.WrittenSpan);
            File.Move(temporary, home.RouteStatsFile, overwrite: true);
        }
    }
}
