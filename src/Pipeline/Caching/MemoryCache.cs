using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Caching;

/// <summary>
/// A cache in this process. Its answers take at most a given number of bytes: those used longest ago make room for new ones. A computation belongs to
/// everybody who waits for it: it is cancelled only when all of them are, and its failure reaches all of them and is not kept.
/// The bytes of an answer are shared: nobody may change them.
/// </summary>
public sealed class MemoryCache : ICache
{
    /// <summary>What an entry takes beside its key's text and its value, in bytes.</summary>
    private const int EntryOverhead = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new();
    private readonly Dictionary<string, Flight> flights = new(StringComparer.Ordinal);
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
        Flight? flight;
        bool leads = false;
        lock (gate)
        {
            if (Find(key) is { } entry)
                return ValueTask.FromResult(new CacheAnswer(entry.Value, CacheOutcome.Hit, clock.GetElapsedTime(entry.ComputedAt)));
            if (!flights.TryGetValue(key, out flight))
            {
                flights.Add(key, flight = new Flight(key, timeToLive));
                leads = true;
            }

            flight.Waiters++;
        }

        if (leads)
            _ = FlyAsync(flight, compute);
        return WaitAsync(flight, cancellationToken);
    }

    private async ValueTask<CacheAnswer> WaitAsync(Flight flight, CancellationToken cancellationToken)
    {
        try
        {
            var (value, computedAt) = await flight.Landed.Task.WaitAsync(cancellationToken);
            return new CacheAnswer(value, CacheOutcome.Miss, clock.GetElapsedTime(computedAt));
        }
        finally
        {
            Leave(flight);
        }
    }

    // Whoever leaves last turns off the light: nobody is interested any more.
    private void Leave(Flight flight)
    {
        lock (gate)
        {
            if (--flight.Waiters > 0 || flight.Landed.Task.IsCompleted)
                return;
            Remove(flight);
        }

        flight.Abandoned.Cancel();
    }

    private async Task FlyAsync(Flight flight, Func<CancellationToken, ValueTask<byte[]>> compute)
    {
        try
        {
            byte[] value = await compute(flight.Abandoned.Token);
            long computedAt = clock.GetTimestamp();
            lock (gate)
            {
                Remove(flight);
                Keep(flight, value, computedAt);
            }

            flight.Landed.TrySetResult((value, computedAt));
        }
#pragma warning disable CA1031 // Whatever the computation throws belongs to those who wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (gate)
                Remove(flight);
            flight.Landed.TrySetException(exception);
            // Those who have gone do not look at it.
            _ = flight.Landed.Task.Exception;
        }
    }

    private void Remove(Flight flight)
    {
        if (flights.TryGetValue(flight.Key, out var current) && current == flight)
            flights.Remove(flight.Key);
    }

    private Entry? Find(string key)
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

    private void Keep(Flight flight, byte[] value, long computedAt)
    {
        var entry = new Entry(flight.Key, value, computedAt, flight.TimeToLive);
        if (entry.SizeBytes > maxBytes || flight.TimeToLive <= TimeSpan.Zero)
            return;
        if (entries.TryGetValue(flight.Key, out var old))
            Drop(old);
        entries.Add(flight.Key, byUse.AddFirst(entry));
        bytes += entry.SizeBytes;
        while (bytes > maxBytes)
            Drop(byUse.Last!);
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

    private sealed class Flight(string key, TimeSpan timeToLive)
    {
        public string Key { get; } = key;

        public TimeSpan TimeToLive { get; } = timeToLive;

        public TaskCompletionSource<(byte[] Value, long ComputedAt)> Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Abandoned { get; } = new();

        public int Waiters { get; set; }
    }
}
