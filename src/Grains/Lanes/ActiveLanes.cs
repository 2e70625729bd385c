using System.Collections.Concurrent;

namespace Eip.Grains.Lanes;

/// <summary>The lanes that live on this silo, and whether they still work by themselves: once they are about to move, their ticks do nothing.</summary>
internal sealed class ActiveLanes
{
    private readonly ConcurrentDictionary<IGrainContext, byte> lanes = new();
    private volatile bool isStopped;
    private int ticking;

    /// <summary>The lanes.</summary>
    public IEnumerable<IGrainContext> All => lanes.Keys;

    /// <summary>Whether no tick runs now.</summary>
    public bool IsQuiet => Volatile.Read(ref ticking) == 0;

    public void Add(IGrainContext lane) => lanes.TryAdd(lane, 0);

    public void Remove(IGrainContext lane) => lanes.TryRemove(lane, out _);

    /// <summary>Begins a tick, to be ended by <see cref="EndTick"/>; false when there are to be none any more.</summary>
    public bool TryBeginTick()
    {
        Interlocked.Increment(ref ticking);
        if (!isStopped)
            return true;
        EndTick();
        return false;
    }

    public void EndTick() => Interlocked.Decrement(ref ticking);

    /// <summary>From now on no tick begins; those that run are to be waited for until <see cref="IsQuiet"/>.</summary>
    public void StopTicking() => isStopped = true;
}
