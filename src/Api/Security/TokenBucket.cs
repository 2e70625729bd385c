namespace Eip.Api.Security;

/// <summary>So many tokens a second, evenly, and at most a bucket of them saved up; full at the start.</summary>
internal sealed class TokenBucket(double perSecond, double size, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly double most = size;
    private double tokens = size;
    private long at = clock.GetTimestamp();

    /// <summary>Whether nothing is missing: such a bucket is as good as a new one.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
                return Refilled() >= most;
        }
    }

    /// <summary>Whether there is a token to take.</summary>
    public bool HasToken
    {
        get
        {
            lock (gate)
                return Refilled() >= 1;
        }
    }

    /// <summary>Seconds until there is a token: whole, and at least one.</summary>
    public int RetryAfterSeconds
    {
        get
        {
            lock (gate)
                return Math.Max(1, (int)Math.Ceiling((1 - Refilled()) / perSecond));
        }
    }

    /// <summary>Takes a token, if there is one.</summary>
    public bool TryTake()
    {
        lock (gate)
        {
            tokens = Refilled();
            at = clock.GetTimestamp();
            if (tokens < 1)
                return false;
            tokens--;
            return true;
        }
    }

    private double Refilled() => Math.Min(most, tokens + (clock.GetElapsedTime(at).TotalSeconds * perSecond));
}
