namespace Eip.Pipeline.Tests.Engine;

/// <summary>A clock that moves when told, and then fires the timers that are due.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly Lock held = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (held)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        var until = GetUtcNow() + time;
        while (true)
        {
            Timer? due;
            lock (held)
            {
                due = timers.Where(timer => timer.Due <= until).MinBy(static timer => timer.Due);
                now = due?.Due > now ? due.Due : due is null ? until : now;
            }

            if (due is null)
                return;
            due.Fire();
        }
    }

    private sealed class Timer(TestClock clock, Action fire) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            lock (clock.held)
            {
                Due = clock.now + dueTime;
                clock.timers.Add(this);
            }

            return true;
        }

        public void Fire()
        {
            lock (clock.held)
            {
                if (period > TimeSpan.Zero)
                    Due += period;
                else
                    clock.timers.Remove(this);
            }

            fire();
        }

        public void Dispose()
        {
            lock (clock.held)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
