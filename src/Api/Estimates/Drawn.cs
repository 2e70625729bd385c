using Eip.Api.Caching;
using Eip.Domain;

namespace Eip.Api.Estimates;

/// <summary>
/// Norms that are drawn from many cards and asked for often: each is drawn once in <see cref="CachePolicy.DeliveryNorms"/>, or sooner when event time has
/// moved on, and of many callers at once only one draws. Safe for concurrent use.
/// </summary>
/// <param name="clock">Real time.</param>
/// <param name="draw">Draws the norms of a key at a watermark.</param>
internal sealed class Drawn<TKey, TNorms>(TimeProvider clock, Func<TKey, EventTime, Task<TNorms>> draw)
    where TKey : notnull
{
    private const int MostKept = 32;
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Entry> entries = [];

    /// <summary>The norms of a key at a watermark.</summary>
    public async ValueTask<TNorms> GetAsync(TKey key, EventTime watermark, CancellationToken cancellationToken)
    {
        Task<TNorms> current;
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var entry) || IsOld(entry, watermark))
            {
                if (entries.Count >= MostKept)
                    entries.Clear();
                // Others wait for it too, so the first caller's cancellation must not reach it.
                entries[key] = entry = new Entry(draw(key, watermark), watermark, clock.GetTimestamp());
            }

            current = entry.Norms;
        }

        return current.IsCompletedSuccessfully ? await current : await current.WaitAsync(cancellationToken);
    }

    private bool IsOld(Entry entry, EventTime watermark)
    {
        var age = clock.GetElapsedTime(entry.DrawnAt);
        return entry.Norms.IsFaulted || age > CachePolicy.DeliveryNorms || (entry.Watermark != watermark && age > CachePolicy.LaneNorms);
    }

    private sealed record Entry(Task<TNorms> Norms, EventTime Watermark, long DrawnAt);
}
