using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Caching;

/// <summary>
/// A cache in this process. Its answers take at most a given number of bytes: those used longest ago make room for new ones. A computation that fails
/// fails everybody who waits for it and is not kept. The bytes of an answer are shared: nobody may change them.
/// </summary>
public sealed class MemoryCache : ICache
{
    /// <summary>What an entry takes beside its key's text and its value, in bytes.</summary>
    private const int EntryOverhead = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new();
    private readonly SingleFlight<Entry> flights = new();
    private readonly long maxBytes;
    private readonly TimeProvider clock;
    private long bytes;

    /// <summary>An empty cache.</summary>
    /// <param name="maxBytes">The most that entries may take together, in bytes; a larger answer is not kept.</param>
    /// <param name="time">The clock that entries expire by; the system's when null.</param>
    public MemoryCache(long maxBytes = 64 * 1024 * 1024, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        this.maxBytes = maxBytes;
        clock = time ?? TimeProvider.System;
    }

    /// <summary>What the entries take together now, in bytes.</summary>
    public long SizeBytes
    {
        get
        {
            lock (gate)
                return bytes;
        }
    }

    /// <inheritdoc/>
    public ValueTask<CacheAnswer> GetOrComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(compute);
        cancellationToken.ThrowIfCancellationRequested();
        return Find(key) is { } entry
            ? ValueTask.FromResult(Answer(entry, CacheOutcome.Hit))
            : ComputeAsync(key, timeToLive, compute, cancellationToken);
    }

    private async ValueTask<CacheAnswer> ComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken cancellationToken)
    {
        var entry = await flights.RunAsync(
            key,
            async stop =>
            {
                // A flight may have landed between the look at the entries and the start of this one.
                if (Find(key) is { } found)
                    return found;
                var computed = new Entry(key, await compute(stop), clock.GetTimestamp(), timeToLive);
                Keep(computed);
                return computed;
            },
            cancellationToken);
        return Answer(entry, CacheOutcome.Miss);
    }

    private CacheAnswer Answer(Entry entry, CacheOutcome outcome) => new(entry.Value, outcome, clock.GetElapsedTime(entry.ComputedAt));

    private Entry? Find(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node))
                return null;
            if (clock.GetElapsedTime(node.Value.ComputedAt) >= node.Value.TimeToLive)
            {
                Drop(node);
                return null;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value;
        }
    }

    private void Keep(Entry entry)
    {
        if (entry.SizeBytes > maxBytes || entry.TimeToLive <= TimeSpan.Zero)
            return;
        lock (gate)
        {
            if (entries.TryGetValue(entry.Key, out var old))
                Drop(old);
            entries.Add(entry.Key, byUse.AddFirst(entry));
            bytes += entry.SizeBytes;
            while (bytes > maxBytes)
                Drop(byUse.Last!);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        entries.Remove(node.Value.Key);
        byUse.Remove(node);
        bytes -= node.Value.SizeBytes;
    }

    private sealed record Entry(string Key, byte[] Value, long ComputedAt, TimeSpan TimeToLive)
    {
        public long SizeBytes => Value.LongLength + (2L * Key.Length) + EntryOverhead;
    }
}
