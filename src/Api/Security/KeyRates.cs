using System.Threading.RateLimiting;

namespace Eip.Api.Security;

/// <summary>A token bucket for each key: its requests a second, refilled ten times a second, with one second's worth to burst.</summary>
internal sealed class KeyRates(EipApiOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<ApiKey> limiter = PartitionedRateLimiter.Create<ApiKey, string>(key => RateLimitPartition.GetTokenBucketLimiter(
        key.Hash,
        _ =>
        {
            int limit = key.RequestsPerSecond ?? options.RequestsPerSecond;
            return new TokenBucketRateLimiterOptions
            {
                TokenLimit = limit,
                TokensPerPeriod = Math.Max(1, limit / 10),
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(limit < 10 ? 1_000.0 / limit : 100),
                QueueLimit = 0,
            };
        }));

    /// <summary>Takes a token of a key; or tells after how many seconds it is worth asking again.</summary>
    public bool TryTake(ApiKey key, out int retryAfterSeconds)
    {
        // A token is used up, not given back: nothing is held beyond this line.
        using var lease = limiter.AttemptAcquire(key);
        retryAfterSeconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
