using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>What somebody at the wheel wants of a running replay: pause and seek. Safe to use from several threads.</summary>
internal sealed class ReplaySteering
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();
    private bool paused;
    private EventTime? seekTo;

    /// <summary>Completes at the next change. Take it before looking at the state, so that no change is missed.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
                return changed.Task;
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
            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
