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

    public RateLimitLease Acquire(ApiKey key) => limiter.AttemptAcquire(key);

    public void Dispose() => limiter.Dispose();
}
