namespace Eip.Api.Lanes;

/// <summary>
/// The two-sided test of two shares by their pooled variance: z = (a − b) / √(p(1 − p)(1/n + 1/m)), with p the share of both together. It needs five
/// hits and five misses expected on each side; with fewer nothing is said.
/// </summary>
/// <param name="Z">The statistic; null where there is too little to tell.</param>
/// <param name="PValue">How likely a difference as great is by chance alone, to four decimals; null with it.</param>
public readonly record struct TwoProportions(decimal? Z, decimal? PValue)
{
    /// <summary>Below this chance a difference is called significant.</summary>
    public const decimal Level = 0.05m;

    private const double LeastExpected = 5;

    /// <summary>Whether the shares differ beyond chance; null where there is too little to tell.</summary>
    public bool? IsSignificant => PValue < Level ? true : PValue is null ? null : false;

    /// <summary>Tests two shares: hits of trials.</summary>
    public static TwoProportions Of(long hitsA, long trialsA, long hitsB, long trialsB)
    {
        if (trialsA <= 0 || trialsB <= 0)
            return default;
        double pooled = (double)(hitsA + hitsB) / (trialsA + trialsB);
        double least = Math.Min(trialsA, trialsB) * Math.Min(pooled, 1 - pooled);
        if (least < LeastExpected)
            return default;
        double error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / trialsA) + (1.0 / trialsB)));
        double z = (((double)hitsA / trialsA) - ((double)hitsB / trialsB)) / error;
        return new TwoProportions(Round(z), Round(Math.Min(1, Tail(Math.Abs(z) / Math.Sqrt(2)))));
    }

    private static decimal Round(double value) => decimal.Round((decimal)Math.Clamp(value, -1e9, 1e9), 4, MidpointRounding.AwayFromZero);

    // The complementary error function for x ≥ 0, to 1.2e-7 (Numerical Recipes, erfcc).
    private static double Tail(double x)
    {
        double t = 1 / (1 + (0.5 * x));
        double sum = 0.17087277;
        foreach (double c in (ReadOnlySpan<double>)[-0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223])
            sum = (sum * t) + c;
        return t * Math.Exp((-x * x) + sum);
    }
}
