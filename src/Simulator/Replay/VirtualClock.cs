using Eip.Domain;
using Eip.Pipeline.Text;

namespace Eip.Simulator.Replay;

/// <summary>
/// A clock of event time that runs <see cref="Rate"/> times as fast as real time. Every reading is computed from one anchor, never summed up, so that it
/// does not drift. Safe to use from several threads.
/// </summary>
public sealed class VirtualClock
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private EventTime origin;
    private double anchorSeconds;
    private long anchorStamp;
    private double rate;
    private bool paused;
    private TimeSpan delay;

    /// <summary>A clock that stands at <paramref name="start"/> now and runs.</summary>
    /// <param name="time">Real time.</param>
    /// <param name="start">The first reading.</param>
    /// <param name="rate">Virtual seconds in a real second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not one that <see cref="SpeedText"/> accepts.</exception>
    public VirtualClock(TimeProvider time, EventTime start, double rate)
    {
        CheckRate(rate);
        this.time = time;
        this.rate = rate;
        origin = start;
        anchorStamp = time.GetTimestamp();
    }

    /// <summary>The moment that the clock has reached, rounded down.</summary>
    public EventTime Now
    {
        get
        {
            lock (gate)
                return origin + (long)Math.Floor(Seconds());
        }
    }

    /// <summary>Virtual seconds in a real second.</summary>
    public double Rate
    {
        get
        {
            lock (gate)
                return rate;
        }

        set
        {
            CheckRate(value);
            lock (gate)
            {
                Anchor(Seconds());
                rate = value;
            }
        }
    }

    /// <summary>Whether the clock stands still.</summary>
    public bool Paused
    {
        get
        {
            lock (gate)
                return paused;
        }

        set
        {
            lock (gate)
            {
                Anchor(Seconds());
                paused = value;
            }
        }
    }

    /// <summary>The real time by which <see cref="HoldAt"/> put the clock back, in all.</summary>
    public TimeSpan Delay
    {
        get
        {
            lock (gate)
                return delay;
        }
    }

    /// <summary>Sets the clock to another moment, from which it goes on.</summary>
    public void SeekTo(EventTime moment)
    {
        lock (gate)
        {
            origin = moment;
            Anchor(0);
        }
    }

    /// <summary>Real time until the clock reads a moment if it runs; negative when the moment is past.</summary>
    public TimeSpan RealTimeUntil(EventTime moment)
    {
        lock (gate)
            return Real((moment - origin) - Seconds());
    }

    /// <summary>Puts the clock back to a moment that has passed, because what was due then could not be taken in time.</summary>
    public void HoldAt(EventTime moment)
    {
        lock (gate)
        {
            var behind = Real(Seconds() - (moment - origin));
            if (behind <= TimeSpan.Zero)
                return;
            delay += behind;
            Anchor(moment - origin);
        }
    }

    /// <summary>Moves the clock on so that no more than <paramref name="gap"/> of real time is left until a moment.</summary>
    public void ShortenGap(EventTime moment, TimeSpan gap)
    {
        lock (gate)
        {
            double latest = (moment - origin) - (gap.TotalSeconds * rate);
            if (latest > Seconds())
                Anchor(latest);
        }
    }

    private double Seconds() => paused ? anchorSeconds : anchorSeconds + (time.GetElapsedTime(anchorStamp).TotalSeconds * rate);

    private TimeSpan Real(double virtualSeconds)
    {
        double ticks = virtualSeconds / rate * TimeSpan.TicksPerSecond;
        return Math.Abs(ticks) < TimeSpan.MaxValue.Ticks / 2.0 ? TimeSpan.FromTicks((long)Math.Ceiling(ticks)) : ticks > 0 ? TimeSpan.MaxValue : TimeSpan.MinValue;
    }

    private void Anchor(double seconds)
    {
        anchorSeconds = seconds;
        anchorStamp = time.GetTimestamp();
    }

    private static void CheckRate(double rate)
    {
        if (SpeedText.Check(rate) is { } reason)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"The speed {reason}");
    }
}
