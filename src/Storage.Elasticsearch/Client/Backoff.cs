namespace Eip.Storage.Elasticsearch.Client;

/// <summary>Pauses between attempts: each up to twice as long as the one before, spread at random so that many who wait do not come back at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan next = first < longest ? first : longest;

    /// <summary>Waits for the next pause.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = next * (0.5 + (Random.Shared.NextDouble() / 2));
        next = next * 2 < longest ? next * 2 : longest;
        await Task.Delay(pause, cancellationToken);
    }
}
