namespace Eip.Domain;

/// <summary>A lane's figures over a day or a window (fulfillment-v1 §4). Hours and rates are rounded half up to four decimals; null without a sample.</summary>
/// <param name="SampleCount">Deliveries.</param>
/// <param name="AvgLeadTimeHours">Mean time from ordered to delivered.</param>
/// <param name="P50LeadTimeHours">Nearest-rank median of it.</param>
/// <param name="P95LeadTimeHours">Nearest-rank 95th percentile of it.</param>
/// <param name="LateCount">Deliveries that TMS had judged late.</param>
/// <param name="LateRate">Late deliveries by deliveries.</param>
/// <param name="AvgHandlingHours">Mean time from approved to handed off.</param>
/// <param name="AvgTransitHours">Mean time from handed off to delivered.</param>
/// <param name="BreachCount">Promises broken.</param>
/// <param name="CancelledCount">Orders cancelled.</param>
/// <param name="PromisedCount">Promises whose deadline falls into it, whether or not anything was delivered.</param>
/// <param name="KeptCount">Those of them that were delivered and not late.</param>
/// <param name="OnTimeRate">Promises kept by promises; null without a promise.</param>
public sealed record LaneKpis(
    int SampleCount,
    decimal? AvgLeadTimeHours,
    decimal? P50LeadTimeHours,
    decimal? P95LeadTimeHours,
    int LateCount,
    decimal? LateRate,
    decimal? AvgHandlingHours,
    decimal? AvgTransitHours,
    int BreachCount,
    int CancelledCount,
    int PromisedCount,
    int KeptCount,
    decimal? OnTimeRate);

/// <summary>One row of <c>route_stats_daily</c>.</summary>
/// <param name="StatDate">The UTC day.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Kpis">Its figures on that day.</param>
public sealed record RouteStats(DateOnly StatDate, Lane Lane, LaneKpis Kpis);

/// <summary>A multiset of lane contributions from which figures are drawn. Not safe for concurrent use.</summary>
public sealed class KpiAccumulator
{
    private const int SecondsPerHour = 3600;
    private readonly List<long> leadTimes = [];
    private Int128 leadSum, handlingSum, transitSum;
    private int lateCount, handlingCount, transitCount, breachCount, cancelledCount, promisedCount, keptCount;

    /// <summary>Whether nothing is left to report.</summary>
    public bool IsEmpty => leadTimes.Count == 0 && breachCount == 0 && cancelledCount == 0 && promisedCount == 0;

    /// <summary>Deliveries.</summary>
    public int SampleCount => leadTimes.Count;

    /// <summary>Adds a delivery.</summary>
    public void Add(in LaneSample sample)
    {
        leadTimes.Add(sample.LeadTimeSeconds);
        Count(sample, +1);
    }

    /// <summary>Takes back a delivery that was added.</summary>
    /// <exception cref="InvalidOperationException">No such delivery was added.</exception>
    public void Remove(in LaneSample sample)
    {
        int index = leadTimes.LastIndexOf(sample.LeadTimeSeconds);
        if (index < 0)
            throw new InvalidOperationException($"No sample with a lead time of {sample.LeadTimeSeconds} s is there to be taken back.");
        leadTimes[index] = leadTimes[^1];
        leadTimes.RemoveAt(leadTimes.Count - 1);
        Count(sample, -1);
    }

    /// <summary>Adds broken promises; a negative number takes them back.</summary>
    public void AddBreaches(int count) => breachCount += count;

    /// <summary>Adds cancellations; a negative number takes them back.</summary>
    public void AddCancellations(int count) => cancelledCount += count;

    /// <summary>Adds promises, and how many of them are kept; negative numbers take them back.</summary>
    public void AddPromises(int promised, int kept)
    {
        promisedCount += promised;
        keptCount += kept;
    }

    /// <summary>Adds all that another holds.</summary>
    public void AddAll(KpiAccumulator other)
    {
        leadTimes.AddRange(other.leadTimes);
        leadSum += other.leadSum;
        handlingSum += other.handlingSum;
        transitSum += other.transitSum;
        lateCount += other.lateCount;
        handlingCount += other.handlingCount;
        transitCount += other.transitCount;
        breachCount += other.breachCount;
        cancelledCount += other.cancelledCount;
        promisedCount += other.promisedCount;
        keptCount += other.keptCount;
    }

    /// <summary>The figures now.</summary>
    public LaneKpis ToKpis()
    {
        long[] sorted = [.. leadTimes];
        Array.Sort(sorted);
        int count = sorted.Length;
        return new LaneKpis(
            count,
            Rounding.Quotient(leadSum, (Int128)count * SecondsPerHour),
            count == 0 ? null : Rounding.Quotient(NearestRank(sorted, 50), SecondsPerHour),
            count == 0 ? null : Rounding.Quotient(NearestRank(sorted, 95), SecondsPerHour),
            lateCount,
            Rounding.Quotient(lateCount, count),
            Rounding.Quotient(handlingSum, (Int128)handlingCount * SecondsPerHour),
            Rounding.Quotient(transitSum, (Int128)transitCount * SecondsPerHour),
            breachCount,
            cancelledCount,
            promisedCount,
            keptCount,
            Rounding.Quotient(keptCount, promisedCount));
    }

    /// <summary>The nearest-rank percentile of values in ascending order: the smallest that at least <paramref name="percent"/> % do not exceed.</summary>
    public static long NearestRank(ReadOnlySpan<long> ascending, int percent)
    {
        int rank = (int)((((long)ascending.Length * percent) + 99) / 100);
        return ascending[Math.Max(rank, 1) - 1];
    }

    private void Count(in LaneSample sample, int sign)
    {
        leadSum += sign * sample.LeadTimeSeconds;
        lateCount += sample.IsLate ? sign : 0;
        if (sample.HandlingSeconds is { } handling)
        {
            handlingSum += sign * handling;
            handlingCount += sign;
        }

        if (sample.TransitSeconds is { } transit)
        {
            transitSum += sign * transit;
            transitCount += sign;
        }
    }
}

/// <summary>The one rounding rule of the contract.</summary>
public static class Rounding
{
    /// <summary>The exact quotient of two whole numbers that are not negative, rounded half up to four decimals; null when the divisor is 0.</summary>
    public static decimal? Quotient(Int128 dividend, Int128 divisor)
    {
        if (divisor == 0)
            return null;
        var tenThousandths = ((dividend * 20_000) + divisor) / (divisor * 2);
        return new decimal((int)(uint)tenThousandths, (int)(uint)(tenThousandths >> 32), (int)(uint)(tenThousandths >> 64), isNegative: false, scale: 4);
    }
}
