using Eip.Domain;

namespace Eip.Grains.Lanes;

/// <summary>Event time as this silo knows it: the greatest that any grain here has seen and that counts, and when that grain saw anything last. Safe for concurrent use.</summary>
public sealed class StreamClock(TimeProvider time)
{
    private const long None = long.MinValue;
    private long watermark = None;
    private long ahead = None;
    private long lastActivity = time.GetTimestamp();

    /// <summary>The greatest event time seen here; null before the first.</summary>
    public EventTime? Watermark => Interlocked.Read(ref watermark) is var seconds and not None ? new EventTime(seconds) : null;

    /// <summary>The greatest event time seen here that lies too far past the clock to count; null before the first.</summary>
    public EventTime? AheadAt => Interlocked.Read(ref ahead) is var seconds and not None ? new EventTime(seconds) : null;

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Interlocked.Read(ref lastActivity));

    /// <summary>Takes note of an event time.</summary>
    public void Observe(EventTime? seen)
    {
        Interlocked.Exchange(ref lastActivity, time.GetTimestamp());
        if (seen is { } moment)
            Raise(ref watermark, moment.UnixSeconds);
    }

    /// <summary>Takes note of an event time too far past the clock; false when one as great is known.</summary>
    public bool ObserveAhead(EventTime seen) => Raise(ref ahead, seen.UnixSeconds);

    private static bool Raise(ref long greatest, long value)
    {
        long known = Interlocked.Read(ref greatest);
        while (value > known)
        {
            long before = Interlocked.CompareExchange(ref greatest, value, known);
            if (before == known)
                return true;
            known = before;
        }

        return false;
    }
}
