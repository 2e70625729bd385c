namespace Eip.Streams.Kafka.Provider;

/// <summary>Where the reading thread leaves one batch for the agent, which waits without a thread.</summary>
internal sealed class BatchSlot(TimeProvider time)
{
    // A plain object: the reading thread waits on it.
    private readonly object gate = new();
    private TaskCompletionSource? arrival;
    private FulfillmentEventBatch? batch;

    /// <summary>Whether the agent took the last batch.</summary>
    public bool IsFree
    {
        get
        {
            lock (gate)
                return batch is null;
        }
    }

    /// <summary>Leaves a batch; only while the slot is free.</summary>
    public void Put(FulfillmentEventBatch next)
    {
        lock (gate)
        {
            batch = next;
            arrival?.SetResult();
            arrival = null;
        }
    }

    /// <summary>Blocks the reading thread until the slot is free, for a while.</summary>
    public void WaitUntilFree(TimeSpan atMost)
    {
        lock (gate)
        {
            if (batch is not null)
                Monitor.Wait(gate, atMost);
        }
    }

    /// <summary>Ends a wait of the reading thread early.</summary>
    public void WakeReader()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Takes the batch, waiting for one for a while; null when none came.</summary>
    public async ValueTask<FulfillmentEventBatch?> TakeAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task signal;
        lock (gate)
        {
            if (TryTake() is { } present)
                return present;
            arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            signal = arrival.Task;
        }

        try
        {
            await signal.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Perhaps it came at this very moment.
        }

        lock (gate)
            return TryTake();
    }

    private FulfillmentEventBatch? TryTake()
    {
        var taken = batch;
        if (taken is null)
            return null;
        batch = null;
        Monitor.PulseAll(gate);
        return taken;
    }
}
