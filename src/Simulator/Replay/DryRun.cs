using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>What a plan would emit, by day and type.</summary>
public sealed class DryRun
{
    private readonly SortedDictionary<DateOnly, long[]> days = [];

    private DryRun()
    {
    }

    /// <summary>Events of each type, indexed by the type's lifecycle rank, on each day of event time that has some.</summary>
    public IReadOnlyDictionary<DateOnly, long[]> Days => days;

    /// <summary>Events in all.</summary>
    public long Events { get; private set; }

    /// <summary>Malformed lines in all.</summary>
    public long Malformed { get; private set; }

    /// <summary>Runs through a plan without emitting anything.</summary>
    public static DryRun Of(ReplayPlan plan, IHistory history, EventTime? from, CancellationToken cancellationToken = default)
    {
        var run = new DryRun();
        long[] counts = [];
        var day = DateOnly.MinValue;
        foreach (var emission in plan.Emissions(history, from))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (emission.IsMalformed)
            {
                run.Malformed++;
                continue;
            }

            if (counts.Length == 0 || day != emission.Event.EventAt.Date)
            {
                day = emission.Event.EventAt.Date;
                if (!run.days.TryGetValue(day, out counts!))
                    run.days.Add(day, counts = new long[EventTypes.All.Count + 1]);
            }

            counts[(int)emission.Event.Type]++;
            run.Events++;
        }

        return run;
    }

    /// <summary>Events of a type in all.</summary>
    public long Of(EventType type) => days.Values.Sum(counts => counts[(int)type]);
}
