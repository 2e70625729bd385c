namespace Eip.Grains.Ingest;

/// <summary>Events a second over the last seconds.</summary>
internal sealed class RecentRate(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);
    private long started = time.GetTimestamp();
    private long count;

    /// <summary>The rate of the last full span, or of the present one until it is full.</summary>
    public double PerSecond { get; private set; }

    public void Add(int events)
    {
        count += events;
        var elapsed = time.GetElapsedTime(started);
        if (elapsed < Span && PerSecond > 0)
            return;
        PerSecond = elapsed > TimeSpan.Zero ? count / elapsed.TotalSeconds : 0;
        if (elapsed < Span)
            return;
        started = time.GetTimestamp();
        count = 0;
    }
}
