using System.Collections.Concurrent;

namespace Eip.Api.Security;

/// <summary>A token bucket for each key: its requests a second, with one second's worth to burst.</summary>
internal sealed class KeyRates(EipApiOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, TokenBucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Takes a token of a key; or tells after how many seconds it is worth asking again.</summary>
    public bool TryTake(ApiKey key, out int retryAfterSeconds)
    {
        int limit = key.RequestsPerSecond ?? options.RequestsPerSecond;
        var bucket = buckets.GetOrAdd(key.Hash, static (_, made) => new TokenBucket(made.limit, made.limit, made.clock), (limit, clock));
        bool taken = bucket.TryTake();
        retryAfterSeconds = taken ? 0 : bucket.RetryAfterSeconds;
        return taken;
    }
}
