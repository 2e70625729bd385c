using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>
/// Says when emissions may go: those of a paced replay when their time comes on the virtual clock, all of them no faster than the rate bound. Timers
/// tick in milliseconds; an emission goes at the first tick at or after its due time, together with all that is due by then.
/// </summary>
/// <param name="time">Real time.</param>
/// <param name="clock">The clock, or null where nothing is paced.</param>
/// <param name="maxGap">The longest real pause between two emissions.</param>
/// <param name="maxRate">The most emissions in a real second.</param>
internal sealed class Pacer(TimeProvider time, VirtualClock? clock, TimeSpan? maxGap, int? maxRate)
{
    /// <summary>
    /// How far emissions may be behind the clock before it is put back: within it a sink that stumbled catches up and the clock keeps its time,
    /// beyond it the clock holds.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    // The greatest delay that a timer takes is some fifty days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly RateBound bound = new(time, maxRate);

    /// <summary>Waits until something may go and returns how much may, or 0 when <paramref name="interrupted"/> completed first.</summary>
    /// <param name="due">When the next emission is due.</param>
    /// <param name="interrupted">Ends the waiting.</param>
    /// <param name="cancellationToken">Ends the waiting with an exception.</param>
    public async ValueTask<(int Count, EventTime Now)> WaitAsync(EventTime due, Task interrupted, CancellationToken cancellationToken)
    {
        if (clock is not null && maxGap is { } gap)
            clock.ShortenGap(due, gap);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (interrupted.IsCompleted)
                return default;
            var wait = clock?.RealTimeUntil(due) ?? TimeSpan.Zero;
            if (wait <= TimeSpan.Zero)
            {
                int allowance = bound.Allowance;
                if (allowance > 0)
                    return (allowance, clock?.Now ?? EventTime.MaxValue);
                wait = bound.UntilNext;
            }

            await DelayAsync(wait, interrupted, cancellationToken);
        }
    }

    /// <summary>Notes that emissions went, and holds the clock when the next one is far behind it.</summary>
    public void Sent(int count, EventTime? nextDue)
    {
        bound.Take(count);
        if (clock is not null && nextDue is { } due && clock.RealTimeUntil(due) < -Slack)
            clock.HoldAt(due);
    }

    private async ValueTask DelayAsync(TimeSpan wait, Task interrupted, CancellationToken cancellationToken)
    {
        // Task.Delay rounds down to milliseconds, which would make a loop of the last one.
        var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, LongestWait.TotalMilliseconds)));
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(rounded, time, giveUp.Token), interrupted);
        await giveUp.CancelAsync();
    }
}
