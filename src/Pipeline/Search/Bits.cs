using System.Numerics;

namespace Eip.Pipeline.Search;

/// <summary>Sets of the cards of a segment, a bit for each.</summary>
internal static class Bits
{
    public static void Set(ulong[] bits, int slot) => bits[slot >> 6] |= 1ul << slot;

    public static void Clear(ulong[] bits, int slot) => bits[slot >> 6] &= ~(1ul << slot);

    public static bool Has(ReadOnlySpan<ulong> bits, int slot) => (bits[slot >> 6] >> slot & 1) != 0;

    /// <summary>Makes the set hold the first slots and no other.</summary>
    public static void FillFirst(Span<ulong> bits, int count)
    {
        bits.Clear();
        bits[..(count >> 6)].Fill(ulong.MaxValue);
        if ((count & 63) != 0)
            bits[count >> 6] = (1ul << count) - 1;
    }

    /// <summary>Adds the cards of another set, which may be empty.</summary>
    public static void Or(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < target.Length && i < other.Length; i++)
            target[i] |= other[i];
    }

    public static void And(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        other = other[..target.Length];
        for (int i = 0; i < target.Length; i++)
            target[i] &= other[i];
    }

    public static void AndNot(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        other = other[..target.Length];
        for (int i = 0; i < target.Length; i++)
            target[i] &= ~other[i];
    }

    /// <summary>Adds the cards that are in both of two sets, each of which may be empty.</summary>
    public static void OrIntersection(Span<ulong> target, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (int i = 0; i < target.Length && i < left.Length && i < right.Length; i++)
            target[i] |= left[i] & right[i];
    }

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        int count = 0;
        foreach (ulong word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>How many cards are in both sets.</summary>
    public static int CountBoth(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        int even = 0, odd = 0;
        right = right[..left.Length];
        for (int i = 0; i + 1 < left.Length; i += 2)
        {
            even += BitOperations.PopCount(left[i] & right[i]);
            odd += BitOperations.PopCount(left[i + 1] & right[i + 1]);
        }

        return even + odd;
    }
}
