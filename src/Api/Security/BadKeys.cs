using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Eip.Api.Security;

/// <summary>
/// Slows down whoever guesses keys: an address whose requests without a known key are too many is put off, and a key that it has not shown before is
/// put off with it, so that a right guess looks like a wrong one. Keys already in use at that address go on working.
/// </summary>
internal sealed class BadKeys(EipApiOptions options, TimeProvider clock)
{
    private const int MaxAddresses = 10_000;
    private readonly ConcurrentDictionary<IPAddress, TokenBucket> buckets = new();
    private readonly ConcurrentDictionary<(IPAddress Address, string Hash), bool> inUse = new();

    /// <summary>Seconds for which a request is put off; null when it is judged by its key.</summary>
    /// <param name="remote">Where it comes from; null within a process.</param>
    /// <param name="key">The known key that it shows, or null.</param>
    public int? PutOff(IPAddress? remote, ApiKey? key)
    {
        var address = Network(remote ?? IPAddress.None);
        if (key is not null && inUse.ContainsKey((address, key.Hash)))
            return null;
        var bucket = Bucket(address);
        if (key is null ? !bucket.TryTake() : !bucket.HasToken)
            return bucket.RetryAfterSeconds;
        if (key is not null)
        {
            if (inUse.Count >= MaxAddresses)
                inUse.Clear();
            inUse.TryAdd((address, key.Hash), true);
        }

        return null;
    }

    private TokenBucket Bucket(IPAddress address)
    {
        if (buckets.Count >= MaxAddresses && !buckets.ContainsKey(address))
            MakeRoom();
        return buckets.GetOrAdd(address, _ => new TokenBucket(options.BadKeysPerMinute / 60.0, options.BadKeysPerMinute, clock));
    }

    private void MakeRoom()
    {
        foreach (var (address, bucket) in buckets)
        {
            if (bucket.IsFull)
                buckets.TryRemove(address, out _);
        }

        if (buckets.Count >= MaxAddresses)
            buckets.Clear();
    }

    // Whoever has an address of IPv6 has its network of 64 bits.
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
