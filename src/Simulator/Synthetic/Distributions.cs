namespace Eip.Simulator.Synthetic;

/// <summary>A distribution given by some of its percentiles, straight between them, in whole numbers.</summary>
internal sealed class Quantiles
{
    private const int FractionBits = 20;
    private readonly int[] perMille;
    private readonly long[] values;

    /// <summary>A distribution.</summary>
    /// <param name="perMille">Places, rising from 0 to 1,000.</param>
    /// <param name="values">The value at each place, in any unit.</param>
    /// <param name="unit">What one of it is worth in the unit of <see cref="At"/>.</param>
    public Quantiles(int[] perMille, int[] values, int unit = 1)
    {
        if (perMille.Length != values.Length || perMille[0] != 0 || perMille[^1] != 1000)
            throw new ArgumentException("A distribution needs a value at each place from 0 to 1,000.", nameof(values));
        this.perMille = perMille;
        this.values = [.. values.Select(value => (long)value * unit)];
    }

    /// <summary>The value at a place of 32 bits.</summary>
    public long At(uint place)
    {
        long at = (long)(((ulong)place * 1000) >> (32 - FractionBits));
        int right = 1;
        while (right < perMille.Length - 1 && at >= (long)perMille[right] << FractionBits)
            right++;
        long start = (long)perMille[right - 1] << FractionBits, length = ((long)perMille[right] << FractionBits) - start;
        return values[right - 1] + ((values[right] - values[right - 1]) * (at - start) / length);
    }
}

/// <summary>A choice among things by weight.</summary>
internal sealed class Weighted
{
    private readonly int[] upTo;

    /// <summary>A choice; a thing of weight 0 is never chosen.</summary>
    public Weighted(params IEnumerable<int> weights)
    {
        int sum = 0;
        upTo = [.. weights.Select(weight => sum += weight)];
    }

    /// <summary>The sum of all weights.</summary>
    public int Total => upTo[^1];

    /// <summary>The chosen thing's index.</summary>
    public int Next(ref OrderRandom random)
    {
        int at = random.Below(Total), index = 0;
        while (at >= upTo[index])
            index++;
        return index;
    }
}
