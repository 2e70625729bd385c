using Eip.Domain;

namespace Eip.Pipeline.Search;

/// <summary>
/// Small numbers for regions, in order of first appearance; 0 is the unknown region. New ones are given only under the index's write lock; regions
/// are looked up at any time.
/// </summary>
internal sealed class RegionDictionary
{
    private const int Letters = 26;
    private readonly ushort[] numbers = new ushort[Letters * Letters];
    private volatile Region[] regions = [Region.Unknown];

    /// <summary>How many numbers there are.</summary>
    public int Count => regions.Length;

    public Region this[int number] => regions[number];

    /// <summary>The number of a region; -1 when no card ever had it.</summary>
    public int Find(Region region)
    {
        if (!region.IsKnown)
            return 0;
        int number = numbers[SlotOf(region)];
        return number == 0 ? -1 : number;
    }

    /// <summary>The number of a region, given now if it has none.</summary>
    public int GetOrAdd(Region region)
    {
        if (!region.IsKnown)
            return 0;
        ref ushort number = ref numbers[SlotOf(region)];
        if (number == 0)
        {
            number = (ushort)regions.Length;
            regions = [.. regions, region];
        }

        return number;
    }

    private static int SlotOf(Region region) => (((region.Code >> 8) - 'A') * Letters) + ((region.Code & 0xFF) - 'A');
}
