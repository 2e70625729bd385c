using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Replay;

/// <summary>Follows what one run emits, so that what it leaves out is named. A run of some of the events only is nobody's idea of a whole, and changes nothing.</summary>
internal sealed class CoverageTracker
{
    private readonly IHistory history;
    private readonly ICoverageStore? store;
    private readonly bool isTracked, isWhole, inOrder;
    private ReplayCoverage coverage;
    private EventTime? begin;

    public CoverageTracker(ReplayPlan plan, IHistory history, ICoverageStore? store)
    {
        (this.history, this.store) = (history, store);
        isTracked = store is not null && plan.Filter.IsEverything;
        isWhole = plan.Faults.DeliversEverything;
        inOrder = plan.Faults is { Shuffle.Ticks: 0, Late.Ticks: 0, Drop: 0 };
        coverage = store?.Read(history) ?? ReplayCoverage.None;
        Missing = isTracked ? coverage.Missing(history) : [];
    }

    /// <summary>What the sink lacks of the history.</summary>
    public IReadOnlyList<MissingRange> Missing { get; private set; }

    /// <summary>The sink stands at a moment, from which the run goes on.</summary>
    public void Follow(EventTime watermark) => coverage = coverage.Follow(watermark);

    /// <summary>Emission begins at a moment, or at the history's own beginning.</summary>
    public void Begin(EventTime? from)
    {
        begin = from;
        if (from is { } moment && moment.UnixSeconds > EventTime.MinValue.UnixSeconds)
            coverage = coverage.Reach(moment + -1);
        Save();
    }

    /// <summary>Everything was emitted that is due before the next emission; or everything up to the end.</summary>
    public void Sent(EventTime? nextDue, EventTime end)
    {
        // What is held back lies behind what was sent; only the end tells that all of it has come.
        if (nextDue is not null && isWhole && !inOrder)
            return;
        var to = nextDue is { } next ? next + -1 : end;
        coverage = isWhole ? coverage.Add(begin, to) : coverage.Reach(to);
        if (isTracked)
            store!.Write(history, coverage, Missing, now: false);
    }

    /// <summary>Works out what is missing, and stores it.</summary>
    public void Save()
    {
        if (!isTracked)
            return;
        Missing = coverage.Missing(history);
        store!.Write(history, coverage, Missing, now: true);
    }
}
