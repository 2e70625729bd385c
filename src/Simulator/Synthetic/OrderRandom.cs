namespace Eip.Simulator.Synthetic;

/// <summary>
/// The random numbers of one order: splitmix64 from a state that seed and order alone decide, so that orders can be drawn in any order and on any
/// machine with the same result. Every method works in whole numbers.
/// </summary>
internal struct OrderRandom
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;
    private ulong state;

    /// <summary>The random numbers of an order.</summary>
    public OrderRandom(ulong seed, long order) => state = Mix(seed + Golden) ^ Mix(((ulong)order * Golden) + 1);

    /// <summary>Sixty-four random bits.</summary>
    public ulong Bits() => Mix(state += Golden);

    /// <summary>A number that is evenly spread over all of 32 bits: a place in a distribution.</summary>
    public uint Place() => (uint)(Bits() >> 32);

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(((ulong)Place() * (uint)limit) >> 32);

    /// <summary>True so many times in a hundred thousand.</summary>
    public bool Chance(int per100000) => Below(100_000) < per100000;

    /// <summary>The finaliser of splitmix64: different numbers give different ones, each bit of which depends on all bits of the number.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}

/// <summary>Ids of one kind of thing: thirty-two hexadecimal digits that look random and never repeat.</summary>
internal readonly struct IdSeries(ulong seed, int kind)
{
    private readonly ulong start = OrderRandom.Mix(seed ^ ((ulong)kind * 0xD6E8_FEB8_6659_FD93));

    /// <summary>Both halves of the id of a thing.</summary>
    public (ulong High, ulong Low) this[long index]
    {
        get
        {
            ulong high = OrderRandom.Mix(start + (ulong)index);
            return (high, OrderRandom.Mix(high + start));
        }
    }
}
