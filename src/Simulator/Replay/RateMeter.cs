namespace Eip.Simulator.Replay;

/// <summary>Events a second over the last few seconds. Safe to use from several threads.</summary>
/// <param name="time">Real time.</param>
internal sealed class RateMeter(TimeProvider time)
{
    private const int SlotCount = 20;
    private static readonly TimeSpan SlotLength = TimeSpan.FromMilliseconds(250);
    private readonly Lock gate = new();
    private readonly long[] slots = new long[SlotCount];
    private readonly long startedAt = time.GetTimestamp();
    private long current;

    /// <summary>Counts events.</summary>
    public void Add(int count)
    {
        lock (gate)
        {
            MoveOn();
            slots[current % SlotCount] += count;
        }
    }

    /// <summary>Events a second, lately.</summary>
    public double PerSecond
    {
        get
        {
            lock (gate)
            {
                MoveOn();
                double whole = SlotLength.TotalSeconds * (SlotCount - 1);
                double elapsed = time.GetElapsedTime(startedAt).TotalSeconds;
                double intoSlot = elapsed - (current * SlotLength.TotalSeconds);
                double seconds = Math.Min(elapsed, whole + intoSlot);
                return seconds <= 0 ? 0 : slots.Sum() / seconds;
            }
        }
    }

    private void MoveOn()
    {
        long now = time.GetElapsedTime(startedAt).Ticks / SlotLength.Ticks;
        for (long slot = Math.Max(current + 1, now - SlotCount + 1); slot <= now; slot++)
            slots[slot % SlotCount] = 0;
        current = now;
    }
}
