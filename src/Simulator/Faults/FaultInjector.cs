using Eip.Domain;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Faults;

/// <summary>
/// Turns events in emission order into what a replay emits under a fault plan. It streams: held are only the events of the plan's window, and
/// dropped events are read again rather than remembered.
/// </summary>
public static class FaultInjector
{
    /// <summary>The emissions in the order in which they are due.</summary>
    /// <param name="read">Reads the events in emission order; called once, and once more where dropped events are sent again.</param>
    /// <param name="filter">Which of them are taken.</param>
    /// <param name="plan">The trouble.</param>
    public static IEnumerable<Emission> Emissions(
        Func<IEnumerable<ReadOnlyMemory<FulfillmentEvent>>> read, ReplayFilter filter, FaultPlan plan) =>
        plan.IsNone ? Untroubled(read(), filter) : Troubled(read, filter, plan);

    /// <summary>How many emissions <see cref="Emissions"/> gives, found without making them.</summary>
    public static long Count(IEnumerable<ReadOnlyMemory<FulfillmentEvent>> events, ReplayFilter filter, FaultPlan plan, CancellationToken cancellationToken = default)
    {
        long count = 0;
        foreach (var batch in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ref readonly var @event in batch.Span)
            {
                if (filter.Matches(@event))
                    count += plan.IsNone ? 1 : Trouble.Of(plan, @event).Emissions(plan);
            }
        }

        return count;
    }

    private static IEnumerable<Emission> Untroubled(IEnumerable<ReadOnlyMemory<FulfillmentEvent>> events, ReplayFilter filter)
    {
        foreach (var @event in Matching(events, filter))
            yield return new Emission(@event, @event.EventAt);
    }

    private static IEnumerable<Emission> Troubled(Func<IEnumerable<ReadOnlyMemory<FulfillmentEvent>>> read, ReplayFilter filter, FaultPlan plan)
    {
        var held = new PriorityQueue<Emission, (long DueAt, long Number)>();
        long number = 0, dropped = 0;
        var end = EventTime.MinValue;
        foreach (var @event in Matching(read(), filter))
        {
            // An event is never emitted before its time, so whatever is due by now has nothing left to come before it.
            while (held.TryPeek(out var next, out _) && next.DueAt <= @event.EventAt)
            {
                yield return held.Dequeue();
                end = next.DueAt;
            }

            var trouble = Trouble.Of(plan, @event);
            if (trouble.Dropped)
            {
                dropped++;
                end = @event.EventAt;
                continue;
            }

            if (trouble.CorruptionSeed is { } seed)
                Hold(@event, trouble.Delay, MalformedLine.Of(@event, seed));
            Hold(@event, trouble.Delay, null);
            if (trouble.DuplicateDelay is { } again)
                Hold(@event, again, null);
        }

        while (held.TryDequeue(out var last, out _))
        {
            yield return last;
            end = last.DueAt;
        }

        if (!plan.ThenResend || dropped == 0)
            yield break;
        foreach (var @event in Matching(read(), filter))
        {
            if (Trouble.Of(plan, @event).Dropped)
                yield return new Emission(@event, end);
        }

        void Hold(in FulfillmentEvent @event, long delay, string? malformed)
        {
            var dueAt = @event.EventAt + delay;
            held.Enqueue(new Emission(@event, dueAt, malformed), (dueAt.UnixSeconds, number++));
        }
    }

    private static IEnumerable<FulfillmentEvent> Matching(IEnumerable<ReadOnlyMemory<FulfillmentEvent>> events, ReplayFilter filter)
    {
        bool everything = filter.IsEverything;
        foreach (var batch in events)
        {
            for (int i = 0; i < batch.Length; i++)
            {
                var @event = batch.Span[i];
                if (everything || filter.Matches(@event))
                    yield return @event;
            }
        }
    }
}
