namespace Eip.Pipeline.Engine;

/// <summary>Events a second, smoothed over some seconds. Safe for concurrent use.</summary>
internal sealed class RateMeter(TimeProvider timeProvider)
{
    private static readonly double SmoothingSeconds = 5;
    private readonly Lock held = new();
    private long last = timeProvider.GetTimestamp();
    private double rate;

    public double PerSecond
    {
        get
        {
            lock (held)
            {
                Decay();
                return rate < 0.05 ? 0 : rate;
            }
        }
    }

    public void Mark(int count)
    {
        lock (held)
        {
            Decay();
            rate += count / SmoothingSeconds;
        }
    }

    private void Decay()
    {
        long now = timeProvider.GetTimestamp();
        rate *= Math.Exp(-timeProvider.GetElapsedTime(last, now).TotalSeconds / SmoothingSeconds);
        last = now;
    }
}
