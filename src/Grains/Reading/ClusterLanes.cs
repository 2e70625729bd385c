using Eip.Domain;
using Eip.Grains.State;
using Eip.Pipeline.Ports;

namespace Eip.Grains.Reading;

/// <summary>Answers questions about lanes from their grains.</summary>
public sealed class ClusterLanes(GrainReferences grains, ICaseStates states) : ILaneReader
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LaneFigures>> ListAsync(DateRange window, CancellationToken cancellationToken = default)
    {
        var figures = new List<LaneFigures>();
        foreach (var ledger in await LedgersAsync(window, cancellationToken))
        {
            if (Over(ledger, window) is { } kpis)
                figures.Add(new LaneFigures(ledger.Lane, kpis));
        }

        return figures;
    }

    /// <inheritdoc/>
    public async ValueTask<LaneKpis?> FindAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default)
    {
        var all = await LedgerAsync(lane, DateRange.All);
        if (!all.Days.Any())
            return null;
        return all.Over(window.To.DayNumber, Count(window));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RouteStats>> DailyAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default)
    {
        var ledger = await LedgerAsync(lane, window);
        return [.. ledger.Days.Select(DateOnly.FromDayNumber).Where(window.Contains).Order().Select(day => new RouteStats(day, lane, ledger.On(day.DayNumber)!))];
    }

    /// <inheritdoc/>
    public async ValueTask<LaneKpis> NetworkAsync(DateRange window, CancellationToken cancellationToken = default)
    {
        var total = new KpiAccumulator();
        foreach (var ledger in await LedgersAsync(window, cancellationToken))
            ledger.AddTo(total, window.To.DayNumber, Count(window));
        return total.ToKpis();
    }

    private async ValueTask<IReadOnlyList<LaneLedger>> LedgersAsync(DateRange window, CancellationToken cancellationToken)
    {
        var lanes = await Outage.GuardAsync(() => states.LanesAsync(cancellationToken));
        return await Task.WhenAll(lanes.Select(lane => LedgerAsync(lane, window)));
    }

    // Percentiles do not add up: the figures are drawn here from what the lane's orders contributed.
    private async Task<LaneLedger> LedgerAsync(Lane lane, DateRange window)
    {
        var found = await Outage.GuardAsync(async () => await grains.Lane(lane).Window(window.From.DayNumber, window.To.DayNumber));
        var ledger = new LaneLedger(lane);
        foreach (var contribution in found.Contributions)
            ledger.Replace(null, contribution);
        return ledger;
    }

    private static LaneKpis? Over(LaneLedger ledger, DateRange window) =>
        ledger.Days.Select(DateOnly.FromDayNumber).Any(window.Contains) ? ledger.Over(window.To.DayNumber, Count(window)) : null;

    private static int Count(DateRange window) => window.To.DayNumber - window.From.DayNumber + 1;
}
