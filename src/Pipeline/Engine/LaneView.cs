using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>
/// Lane figures over all partitions. Each answer is exact as of one moment of each partition; figures are kept by window and computed again only for
/// the lanes that changed.
/// </summary>
internal sealed class LaneView(IReadOnlyList<Projector> projectors) : ILaneReader
{
    // Thirty days one by one, for a trend, and the rolling windows of some days beside them.
    private const int WindowsKept = 64;
    private readonly Lock held = new();
    private readonly Dictionary<DateRange, Window> windows = [];
    private long uses;

    public ValueTask<IReadOnlyList<LaneFigures>> ListAsync(DateRange window, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Find(window).Lanes());

    public ValueTask<LaneKpis?> FindAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Find(window).Lane(lane));

    public ValueTask<LaneKpis> NetworkAsync(DateRange window, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Find(window).Network());

    public ValueTask<IReadOnlyList<RouteStats>> DailyAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default)
    {
        var days = new SortedDictionary<int, KpiAccumulator>();
        foreach (var projector in projectors)
        {
            using (projector.Gate.EnterRead())
            {
                if (projector.Store.Ledger.Find(lane) is not { } ledger)
                    continue;
                foreach (int day in ledger.Days)
                {
                    if (day < window.From.DayNumber || day > window.To.DayNumber)
                        continue;
                    if (!days.TryGetValue(day, out var figures))
                        days.Add(day, figures = new KpiAccumulator());
                    ledger.AddTo(figures, day, 1);
                }
            }
        }

        return ValueTask.FromResult<IReadOnlyList<RouteStats>>(
            [.. days.Select(entry => new RouteStats(DateOnly.FromDayNumber(entry.Key), lane, entry.Value.ToKpis()))]);
    }

    private Window Find(DateRange range)
    {
        lock (held)
        {
            if (!windows.TryGetValue(range, out var found))
            {
                if (windows.Count == WindowsKept)
                    windows.Remove(windows.MinBy(static entry => entry.Value.LastUse).Key);
                windows.Add(range, found = new Window(projectors, range));
            }

            found.LastUse = ++uses;
            return found;
        }
    }

    private sealed class Window(IReadOnlyList<Projector> projectors, DateRange range)
    {
        private readonly Lock held = new();
        private readonly Dictionary<Lane, Entry> entries = [];
        private IReadOnlyList<LaneFigures> lanes = [];
        private LaneKpis network = new KpiAccumulator().ToKpis();
        private bool isNetworkKnown;
        private long version = -1;

        public long LastUse { get; set; }

        public IReadOnlyList<LaneFigures> Lanes()
        {
            lock (held)
            {
                Refresh();
                return lanes;
            }
        }

        public LaneKpis? Lane(Lane lane)
        {
            lock (held)
            {
                Refresh();
                return entries.TryGetValue(lane, out var entry) ? entry.Kpis : null;
            }
        }

        public LaneKpis Network()
        {
            lock (held)
            {
                Refresh();
                if (isNetworkKnown)
                    return network;
                var all = new KpiAccumulator();
                foreach (var projector in projectors)
                {
                    using (projector.Gate.EnterRead())
                    {
                        foreach (var ledger in projector.Store.Ledger.Lanes)
                            ledger.AddTo(all, range.To.DayNumber, Days);
                    }
                }

                network = all.ToKpis();
                isNetworkKnown = true;
                return network;
            }
        }

        private int Days => range.To.DayNumber - range.From.DayNumber + 1;

        private void Refresh()
        {
            long now = 0;
            foreach (var projector in projectors)
            {
                using (projector.Gate.EnterRead())
                    now += projector.Store.LedgerVersion;
            }

            if (now == version)
                return;
            var changed = Changed();
            foreach (var (lane, (laneVersion, figures)) in changed)
                entries[lane] = new Entry(laneVersion, figures.IsEmpty, figures.ToKpis());
            version = now;
            isNetworkKnown = false;
            lanes = [.. entries.Where(static entry => !entry.Value.IsEmpty)
                .OrderBy(static entry => entry.Key)
                .Select(static entry => new LaneFigures(entry.Key, entry.Value.Kpis))];
        }

        // Lanes whose version is another than the one kept, with their figures of all partitions.
        private Dictionary<Lane, (long Version, KpiAccumulator Figures)> Changed()
        {
            var versions = new Dictionary<Lane, long>();
            foreach (var projector in projectors)
            {
                using (projector.Gate.EnterRead())
                {
                    foreach (var ledger in projector.Store.Ledger.Lanes)
                        versions[ledger.Lane] = versions.GetValueOrDefault(ledger.Lane) + projector.Store.LaneVersion(ledger.Lane);
                }
            }

            foreach (var gone in entries.Keys.Where(lane => !versions.ContainsKey(lane)).ToArray())
                entries.Remove(gone);
            var changed = new Dictionary<Lane, (long Version, KpiAccumulator Figures)>();
            foreach (var (lane, laneVersion) in versions)
            {
                if (!entries.TryGetValue(lane, out var entry) || entry.Version != laneVersion)
                    changed.Add(lane, (0, new KpiAccumulator()));
            }

            foreach (var projector in projectors)
            {
                using (projector.Gate.EnterRead())
                {
                    foreach (var lane in changed.Keys)
                    {
                        if (projector.Store.Ledger.Find(lane) is not { } ledger)
                            continue;
                        var (sum, figures) = changed[lane];
                        ledger.AddTo(figures, range.To.DayNumber, Days);
                        changed[lane] = (sum + projector.Store.LaneVersion(lane), figures);
                    }
                }
            }

            return changed;
        }

        private sealed record Entry(long Version, bool IsEmpty, LaneKpis Kpis);
    }
}
