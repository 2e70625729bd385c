using Eip.Domain;

namespace Eip.Grains.Lanes;

/// <summary>Event time as this silo knows it: the greatest that any grain here has seen, and when that grain saw anything last. Safe for concurrent use.</summary>
public sealed class StreamClock(TimeProvider time)
{
    private const long None = long.MinValue;
    private long watermark = None;
    private long lastActivity = time.GetTimestamp();

    /// <summary>The greatest event time seen here; null before the first.</summary>
    public EventTime? Watermark => Interlocked.Read(ref watermark) is var seconds and not None ? new EventTime(seconds) : null;

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Interlocked.Read(ref lastActivity));

    /// <summary>Takes note of an event time.</summary>
    public void Observe(EventTime? seen)
    {
        Interlocked.Exchange(ref lastActivity, time.GetTimestamp());
        if (seen is not { } moment)
            return;
        long known = Interlocked.Read(ref watermark);
        while (moment.UnixSeconds > known)
        {
            long before = Interlocked.CompareExchange(ref watermark, moment.UnixSeconds, known);
            if (before == known)
                return;
            known = before;
        }
    }
}
