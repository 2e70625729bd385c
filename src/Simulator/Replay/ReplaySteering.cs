using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>What somebody at the wheel wants of a running replay: pause and seek. Safe to use from several threads.</summary>
internal sealed class ReplaySteering
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();
    private TaskCompletionSource settled = NewSignal();
    private long asked, done;
    private bool paused;
    private EventTime? seekTo;

    /// <summary>How many changes were asked for, and what completes at the next. Look before acting on the state, so that no change is missed.</summary>
    public (Task Changed, long Asked) Look()
    {
        lock (gate)
            return (changed.Task, asked);
    }

    /// <summary>Notes that so many changes have taken effect.</summary>
    public void Settle(long number)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            if (number <= done)
                return;
            done = number;
            signal = settled;
            settled = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>Nothing takes effect any more; nobody waits for it.</summary>
    public void End() => Settle(long.MaxValue);

    /// <summary>Completes when all changes that were asked for so far have taken effect, or cannot any more.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        long? number = null;
        while (true)
        {
            Task signal;
            lock (gate)
            {
                number ??= asked;
                if (number <= done)
                    return;
                signal = settled.Task;
            }

            await signal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the replay is to pause.</summary>
    public bool Paused
    {
        get
        {
            lock (gate)
                return paused;
        }

        set => Change(() => paused = value);
    }

    /// <summary>Asks for a seek.</summary>
    public void Seek(EventTime moment) => Change(() => seekTo = moment);

    /// <summary>Tells whoever waits that something changed elsewhere, such as the clock's rate.</summary>
    public void Notify() => Change(static () => { });

    /// <summary>The seek that was asked for, once.</summary>
    public EventTime? TakeSeek()
    {
        lock (gate)
        {
            var taken = seekTo;
            seekTo = null;
            return taken;
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            change();
            asked++;
            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
