using System.Collections.Concurrent;
using Eip.Domain;

namespace Eip.Pipeline.Search;

/// <summary>Numbers for the paths that orders' events took, as <see cref="CaseVariant"/> writes them. Safe for concurrent use.</summary>
internal sealed class VariantDictionary
{
    // The longest path that fits a word; longer ones are rare and go by their name.
    private const int TypeBits = 8 * sizeof(EventType);
    private const int MaxPackedLength = 64 / TypeBits;
    private readonly ConcurrentDictionary<ulong, int> packed = new();
    private readonly ConcurrentDictionary<string, int> byName = new(StringComparer.Ordinal);
    private int last;

    /// <summary>The number of a variant; -1 when no card ever had it.</summary>
    public int Find(string variant) => byName.TryGetValue(variant, out int number) ? number : -1;

    /// <summary>The number of a case's variant, given now if it has none.</summary>
    public int GetOrAdd(FulfillmentCase @case)
    {
        if (@case.EventCount > MaxPackedLength)
            return GetOrAdd(CaseVariant.Of(@case.ToTimeline()));
        ulong path = 0;
        for (int i = 0; i < @case.EventCount; i++)
            path = (path << TypeBits) | (byte)@case[i].Type;
        return packed.TryGetValue(path, out int number) ? number : packed.GetOrAdd(path, GetOrAdd(CaseVariant.Of(@case.ToTimeline())));
    }

    private int GetOrAdd(string variant) => byName.GetOrAdd(variant, static (_, owner) => Interlocked.Increment(ref owner.last), this);
}
