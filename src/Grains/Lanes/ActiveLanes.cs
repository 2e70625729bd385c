using System.Collections.Concurrent;

namespace Eip.Grains.Lanes;

/// <summary>The lanes that live on this silo, and whether they still work by themselves: where they are about to move, or should have, no tick begins.</summary>
/// <param name="silos">Which silos leave.</param>
internal sealed class ActiveLanes(ISiloStatusOracle silos)
{
    private readonly ConcurrentDictionary<IGrainContext, byte> lanes = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isStopped;
    private int ticking;

    /// <summary>The lanes.</summary>
    public IEnumerable<IGrainContext> All => lanes.Keys;

    public void Add(IGrainContext lane) => lanes.TryAdd(lane, 0);

    public void Remove(IGrainContext lane) => lanes.TryRemove(lane, out _);

    /// <summary>Begins a tick, to be ended by <see cref="EndTick"/>; false when there are to be none: what is unwritten is for the lane's next life.</summary>
    public bool TryBeginTick()
    {
        lock (gate)
        {
            if (isStopped || silos.IsLeaving(silos.SiloAddress))
                return false;
            ticking++;
            return true;
        }
    }

    public void EndTick()
    {
        lock (gate)
        {
            ticking--;
            CompleteIfQuiet();
        }
    }

    /// <summary>Lets no tick begin from now on; completes when none runs any more.</summary>
    public Task StopTickingAsync()
    {
        lock (gate)
        {
            isStopped = true;
            CompleteIfQuiet();
        }

        return quiet.Task;
    }

    private void CompleteIfQuiet()
    {
        if (isStopped && ticking == 0)
            quiet.TrySetResult();
    }
}
