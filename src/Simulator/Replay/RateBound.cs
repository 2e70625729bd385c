namespace Eip.Simulator.Replay;

/// <summary>Bounds the events in a real second: a bucket that fills at the rate and holds a twentieth of a second's worth. Used by one thread.</summary>
/// <param name="time">Real time.</param>
/// <param name="perSecond">The most events in a second; null sets no bound.</param>
internal sealed class RateBound(TimeProvider time, int? perSecond)
{
    private readonly double capacity = Math.Max(1, (perSecond ?? 0) / 20.0);
    private double allowance = 1;
    private long filledAt = time.GetTimestamp();

    /// <summary>How many events may go now.</summary>
    public int Allowance
    {
        get
        {
            if (perSecond is null)
                return int.MaxValue;
            long now = time.GetTimestamp();
            allowance = Math.Min(capacity, allowance + (time.GetElapsedTime(filledAt, now).TotalSeconds * perSecond.Value));
            filledAt = now;
            return (int)allowance;
        }
    }

    /// <summary>Real time until the next event may go, when none may now.</summary>
    public TimeSpan UntilNext => perSecond is null ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0, 1 - allowance) / perSecond.Value);

    /// <summary>Counts events that go.</summary>
    public void Take(int count)
    {
        if (perSecond is not null)
            allowance -= count;
    }
}
