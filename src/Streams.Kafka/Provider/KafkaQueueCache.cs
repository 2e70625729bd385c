using Orleans.Streams;

namespace Eip.Streams.Kafka.Provider;

/// <summary>
/// The few batches of one partition that are waiting or being delivered. A batch leaves when every subscriber has passed it, and a subscriber passes a
/// batch only by asking for the next one after it was handed this one and did not fail on it. So what leaves is contiguous, and nothing else is committed.
/// </summary>
/// <remarks>
/// Sequence tokens do not place cursors: the provider is not rewindable, and a cursor that began anywhere but at the oldest batch that nobody passed
/// would skip.
/// </remarks>
internal sealed class KafkaQueueCache(int depth, TimeProvider time) : IQueueCache
{
    private readonly Lock gate = new();
    private readonly List<IBatchContainer> batches = [];
    private readonly List<KafkaQueueCursor> cursors = [];
    private TaskCompletionSource? roomSignal;

    // Batches are numbered in order of arrival: batches[0] has the number `first`, and all below `passed` have been passed by everybody.
    private long first;
    private long passed;
    private bool waitedInVain;

    /// <summary>Whether somebody reads.</summary>
    public bool HasCursor
    {
        get
        {
            lock (gate)
                return cursors.Count > 0;
        }
    }

    /// <summary>Whether another batch may come.</summary>
    public bool HasRoom
    {
        get
        {
            lock (gate)
                return first + batches.Count - passed < depth;
        }
    }

    // Zero here would end the agent's loop before it purges and commits: pressure is what pauses it.
    public int GetMaxAddCount() => 1;

    // True once for each wait for room that was in vain: the agent logs every time, and looks again soon.
    public bool IsUnderPressure()
    {
        bool waited = waitedInVain;
        waitedInVain = false;
        return waited && !HasRoom;
    }

    public void AddToCache(IList<IBatchContainer> messages)
    {
        lock (gate)
            batches.AddRange(messages);
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        lock (gate)
        {
            int count = (int)(passed - first);
            purgedItems = batches.GetRange(0, count);
            batches.RemoveRange(0, count);
            first = passed;
            return count > 0;
        }
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        lock (gate)
        {
            var cursor = new KafkaQueueCursor(this, passed);
            cursors.Add(cursor);
            return cursor;
        }
    }

    /// <summary>Waits until there is room, for a while.</summary>
    public async ValueTask<bool> WaitForRoomAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task signal;
        lock (gate)
        {
            if (HasRoom)
                return true;
            roomSignal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            signal = roomSignal.Task;
        }

        try
        {
            await signal.WaitAsync(atMost, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            waitedInVain = !HasRoom;
            return !waitedInVain;
        }
    }

    internal IBatchContainer? At(long number)
    {
        lock (gate)
            return number >= first && number < first + batches.Count ? batches[(int)(number - first)] : null;
    }

    internal void Advance()
    {
        lock (gate)
        {
            if (cursors.Count == 0)
                return;
            long slowest = cursors.Min(static cursor => cursor.Number);
            if (slowest <= passed)
                return;
            passed = slowest;
            roomSignal?.SetResult();
            roomSignal = null;
        }
    }

    internal void Remove(KafkaQueueCursor cursor)
    {
        lock (gate)
            cursors.Remove(cursor);
        Advance();
    }
}
