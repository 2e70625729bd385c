namespace Eip.Pipeline.Search;

/// <summary>One set of cards for each value of a property within a segment; a set that was never needed takes no memory.</summary>
internal sealed class BitmapFamily
{
    private ulong[]?[] bitmaps;

    public BitmapFamily(int values) => bitmaps = new ulong[]?[values];

    /// <summary>The cards with a value; empty when there never was one.</summary>
    public ReadOnlySpan<ulong> this[int value] => (uint)value < (uint)bitmaps.Length ? bitmaps[value] : default;

    public void Add(int value, int slot)
    {
        if (value >= bitmaps.Length)
            Array.Resize(ref bitmaps, value + 8);
        Bits.Set(bitmaps[value] ??= new ulong[CaseSegment.Words], slot);
    }

    public void Remove(int value, int slot) => Bits.Clear(bitmaps[value]!, slot);

    public BitmapFamily Clone()
    {
        var clone = new BitmapFamily(bitmaps.Length);
        for (int i = 0; i < bitmaps.Length; i++)
            clone.bitmaps[i] = (ulong[]?)bitmaps[i]?.Clone();
        return clone;
    }
}
