namespace Eip.Domain;

/// <summary>The ledgers of all lanes. Not safe for concurrent use.</summary>
public sealed class NetworkLedger
{
    private readonly Dictionary<Lane, LaneLedger> lanes = [];

    /// <summary>All lanes that ever had a contribution, in no order.</summary>
    public IReadOnlyCollection<LaneLedger> Lanes => lanes.Values;

    /// <summary>The ledger of a lane, or null when it never had a contribution.</summary>
    public LaneLedger? Find(Lane lane) => lanes.GetValueOrDefault(lane);

    /// <summary>Takes one contribution of an order back, and adds another, perhaps of another lane.</summary>
    public void Replace(LaneContribution? before, LaneContribution? after)
    {
        if (before is { } old && after is { } added && old.Lane == added.Lane)
        {
            Ledger(old.Lane).Replace(before, after);
            return;
        }

        if (before is { } gone)
            Ledger(gone.Lane).Replace(before, null);
        if (after is { } come)
            Ledger(come.Lane).Replace(null, after);
    }

    /// <summary>Adds all that another holds; the orders of the two must be different ones.</summary>
    public void AddAll(NetworkLedger other)
    {
        foreach (var ledger in other.Lanes)
            Ledger(ledger.Lane).AddAll(ledger);
    }

    /// <summary>All rows of <c>route_stats_daily</c>, in key order.</summary>
    public IReadOnlyList<RouteStats> ToRouteStats()
    {
        var rows = new List<RouteStats>();
        foreach (var ledger in lanes.Values)
        {
            foreach (int day in ledger.Days)
                rows.Add(new RouteStats(DateOnly.FromDayNumber(day), ledger.Lane, ledger.On(day)!));
        }

        rows.Sort(static (left, right) => left.StatDate != right.StatDate ? left.StatDate.CompareTo(right.StatDate) : left.Lane.CompareTo(right.Lane));
        return rows;
    }

    /// <summary>The figures of the whole network over the last <paramref name="count"/> days up to and including <paramref name="lastDay"/>.</summary>
    public LaneKpis Over(int lastDay, int count)
    {
        var window = new KpiAccumulator();
        foreach (var ledger in lanes.Values)
            ledger.AddTo(window, lastDay, count);
        return window.ToKpis();
    }

    private LaneLedger Ledger(Lane lane)
    {
        if (!lanes.TryGetValue(lane, out var found))
            lanes.Add(lane, found = new LaneLedger(lane));
        return found;
    }
}
