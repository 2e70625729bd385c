using System.Text;

namespace Eip.Streams.Kafka.Provider;

/// <summary>
/// Shares partitions among silos: every silo computes the same shares without talking to another, shares differ by one partition at most, and a silo that
/// joins or leaves moves few partitions beside its own. Each partition goes to the silo that it ranks highest and whose share is not full.
/// </summary>
internal static class PartitionShare
{
    /// <summary>The queues of one silo.</summary>
    public static IReadOnlyList<TQueue> Of<TQueue>(string silo, IReadOnlyCollection<string> silos, IReadOnlyCollection<TQueue> queues, Func<TQueue, string> nameOf)
        where TQueue : notnull
    {
        if (!silos.Contains(silo))
            return [];
        int small = queues.Count / silos.Count;
        int larger = queues.Count % silos.Count;
        var counts = silos.ToDictionary(static name => name, static _ => 0, StringComparer.Ordinal);
        var mine = new List<TQueue>();
        foreach (var queue in queues.OrderBy(nameOf, StringComparer.Ordinal))
        {
            string name = nameOf(queue);
            string winner = silos
                .Where(candidate => counts[candidate] < small || (counts[candidate] == small && larger > 0))
                .MaxBy(candidate => (Hash($"{candidate} {name}"), candidate))!;
            if (counts[winner]++ == small)
                larger--;
            if (winner == silo)
                mine.Add(queue);
        }

        return mine;
    }

    /// <summary>A hash that is the same in every process.</summary>
    public static uint Hash(string text)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 1_099_511_628_211;
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EB;
        return (uint)((hash ^ (hash >> 31)) >> 32);
    }
}
