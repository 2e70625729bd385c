namespace Eip.Simulator.Tests.Replay;

/// <summary>Time that moves when it is told to. Timers fire while it is moved, in the order in which they are due.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly SemaphoreSlim added = new(0);
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
            return now.Ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time on.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset target;
        lock (gate)
            target = now + by;
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                now = due?.Due > now ? due.Due : due is null ? target : now;
                if (due is null)
                    return;
                timers.Remove(due);
            }

            due.Fire();
        }
    }

    /// <summary>Moves time from timer to timer until a task ends, or until a moment of this time has come.</summary>
    public async Task RunAsync(Task task, DateTimeOffset? until = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!task.IsCompleted)
        {
            TimeSpan? next = null;
            lock (gate)
            {
                if (timers.Count > 0)
                    next = timers.Min(timer => timer.Due) - now;
            }

            if (next is { } wait)
            {
                if (until is { } end && GetUtcNow() + wait > end)
                {
                    Advance(end - GetUtcNow());
                    return;
                }

                Advance(wait);
            }

            // Whoever was woken either ends or asks for another timer.
            await Task.WhenAny(task, added.WaitAsync(deadline.Token));
            deadline.Token.IsCancellationRequested.ShouldBeFalse("Nothing waits for time, and the task does not end.");
        }

        await task;
    }

    private sealed class ManualTimer(ManualTimeProvider owner, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.gate)
            {
                owner.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = owner.now + dueTime;
                owner.timers.Add(this);
            }

            owner.added.Release();
            return true;
        }

        public void Dispose()
        {
            lock (owner.gate)
                owner.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
