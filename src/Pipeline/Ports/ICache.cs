namespace Eip.Pipeline.Ports;

/// <summary>Keeps answers for a while. Of many callers that miss one key at once, one computes and the others wait.</summary>
public interface ICache
{
    /// <summary>The cached bytes of a key, or those that <paramref name="compute"/> gives, kept for <paramref name="timeToLive"/>.</summary>
    ValueTask<CacheAnswer> GetOrComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken cancellationToken = default);
}

/// <summary>Where an answer came from.</summary>
public enum CacheOutcome
{
    /// <summary>From the cache.</summary>
    Hit,

    /// <summary>It was computed now.</summary>
    Miss,

    /// <summary>It was computed now because the cache is away.</summary>
    Bypass,
}

/// <summary>An answer.</summary>
/// <param name="Value">The bytes.</param>
/// <param name="Outcome">Where they came from.</param>
/// <param name="Age">How long ago they were computed.</param>
public readonly record struct CacheAnswer(byte[] Value, CacheOutcome Outcome, TimeSpan Age);
