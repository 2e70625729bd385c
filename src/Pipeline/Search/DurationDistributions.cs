using System.Numerics;
using System.Runtime.InteropServices;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>Draws the figures of a distribution from its values, exactly and without sorting them all.</summary>
public static class DurationDistributions
{
    /// <summary>The distribution of some durations, at least one, in whole seconds and in any order; the list's order is lost.</summary>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static DurationDistribution Of(string key, List<long> values, long lateCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("A distribution needs at least one value.", nameof(values));
        Int128 sum = 0;
        long min = long.MaxValue, max = long.MinValue;
        foreach (long value in values)
        {
            sum += value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        // From the greatest rank down: what is selected bounds all that is left to look at.
        var rest = CollectionsMarshal.AsSpan(values);
        long p99 = TakeRank(ref rest, Rank(values.Count, 99));
        long p95 = TakeRank(ref rest, Rank(values.Count, 95));
        long p90 = TakeRank(ref rest, Rank(values.Count, 90));
        long p50 = TakeRank(ref rest, Rank(values.Count, 50));
        return new DurationDistribution(key, values.Count, lateCount, Rounding.Quotient(sum, values.Count)!.Value, min, p50, p90, p95, p99, max);
    }

    /// <summary>The nearest rank of a percentile, counted from 0.</summary>
    public static int Rank(long count, int percent) => (int)Math.Max(((count * percent) + 99) / 100, 1) - 1;

    // Quickselect with three-way partitions: durations repeat a lot. Leaves in the span what comes before the rank, and the rank's own value.
    private static long TakeRank(ref Span<long> values, int rank)
    {
        int low = 0, high = values.Length - 1;
        // Values in an unlucky order are sorted in the end, so that no input takes quadratic time.
        for (int rounds = 2 * BitOperations.Log2((uint)values.Length + 1); low < high; rounds--)
        {
            if (rounds == 0)
            {
                values[low..(high + 1)].Sort();
                break;
            }

            long pivot = MedianOfThree(values[low], values[(low + high) >>> 1], values[high]);
            int less = low, more = high;
            for (int i = low; i <= more;)
            {
                if (values[i] < pivot)
                    Swap(values, less++, i++);
                else if (values[i] > pivot)
                    Swap(values, i, more--);
                else
                    i++;
            }

            if (rank < less)
                high = less - 1;
            else if (rank > more)
                low = more + 1;
            else
                break;
        }

        long found = values[rank];
        values = values[..(rank + 1)];
        return found;
    }

    private static void Swap(Span<long> values, int left, int right) => (values[left], values[right]) = (values[right], values[left]);

    private static long MedianOfThree(long a, long b, long c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
