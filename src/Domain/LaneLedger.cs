namespace Eip.Domain;

/// <summary>One lane's days: a sum of replaceable contributions (fulfillment-v1 §4). Not safe for concurrent use.</summary>
public sealed class LaneLedger(Lane lane)
{
    /// <summary>The windows of the rolling figures, in event-time days.</summary>
    public static IReadOnlyList<int> RollingDays { get; } = [7, 30, 90];

    private readonly Dictionary<int, KpiAccumulator> days = [];
    private readonly HashSet<int> changed = [];

    /// <summary>The lane.</summary>
    public Lane Lane { get; } = lane;

    /// <summary>Days (<see cref="EventTime.DayNumber"/>) that have something to report, in no order.</summary>
    public IEnumerable<int> Days => days.Keys;

    /// <summary>Days whose figures changed since <see cref="ClearChanges"/>, in no order; a day may have become empty.</summary>
    public IReadOnlyCollection<int> ChangedDays => changed;

    /// <summary>Forgets which days changed.</summary>
    public void ClearChanges() => changed.Clear();

    /// <summary>Takes a contribution back, and adds another.</summary>
    public void Replace(LaneContribution? before, LaneContribution? after)
    {
        if (before == after)
            return;
        // Most changes leave the promise as it is. The new comes first, so that a day which both touch is not emptied in between.
        bool samePromise = before?.Promise == after?.Promise;
        if (after is { } added)
            Book(samePromise ? added with { Promise = null } : added, +1);
        if (before is { } old)
            Book(samePromise ? old with { Promise = null } : old, -1);
    }

    /// <summary>The figures of a day; null when nothing is to be reported.</summary>
    public LaneKpis? On(int day) => days.TryGetValue(day, out var found) ? found.ToKpis() : null;

    /// <summary>The figures over the last <paramref name="count"/> days up to and including <paramref name="lastDay"/>.</summary>
    public LaneKpis Over(int lastDay, int count)
    {
        var window = new KpiAccumulator();
        AddTo(window, lastDay, count);
        return window.ToKpis();
    }

    /// <summary>Adds the last <paramref name="count"/> days up to and including <paramref name="lastDay"/> to figures over several lanes.</summary>
    public void AddTo(KpiAccumulator window, int lastDay, int count)
    {
        if (count > days.Count)
        {
            foreach (var (day, figures) in days)
            {
                if (day <= lastDay && day > lastDay - count)
                    window.AddAll(figures);
            }

            return;
        }

        for (int day = lastDay; day > lastDay - count; day--)
        {
            if (days.TryGetValue(day, out var figures))
                window.AddAll(figures);
        }
    }

    /// <summary>Adds all that another ledger of the same lane holds.</summary>
    public void AddAll(LaneLedger other)
    {
        foreach (var (day, figures) in other.days)
        {
            Day(day).AddAll(figures);
            changed.Add(day);
        }
    }

    private void Book(in LaneContribution contribution, int sign)
    {
        if (contribution.CancelledDay is { } cancelled)
        {
            Day(cancelled).AddCancellations(sign);
            Touch(cancelled);
        }

        if (contribution.BreachDay is { } breach)
        {
            Day(breach).AddBreaches(sign);
            Touch(breach);
        }

        if (contribution.Promise is { } promise)
        {
            Day(promise.Day).AddPromises(sign, promise.IsKept ? sign : 0);
            Touch(promise.Day);
        }

        if (contribution.Sample is { } sample)
        {
            if (sign > 0)
                Day(sample.Day).Add(sample);
            else
                Day(sample.Day).Remove(sample);
            Touch(sample.Day);
        }
    }

    private KpiAccumulator Day(int day)
    {
        if (!days.TryGetValue(day, out var found))
            days.Add(day, found = new KpiAccumulator());
        return found;
    }

    private void Touch(int day)
    {
        changed.Add(day);
        if (days[day].IsEmpty)
            days.Remove(day);
    }
}
