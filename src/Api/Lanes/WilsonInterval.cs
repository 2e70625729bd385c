namespace Eip.Api.Lanes;

/// <summary>
/// The 95 % confidence interval of a rate by Wilson's score: it stays within 0 and 1 and keeps its worth for small samples and rare events, where the
/// usual one does not.
/// </summary>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
public readonly record struct WilsonInterval(decimal Low, decimal High)
{
    // The 97.5 % quantile of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>The interval of <paramref name="hits"/> of <paramref name="trials"/>, to four decimals; null without a trial.</summary>
    public static WilsonInterval? Of(long hits, long trials)
    {
        if (trials <= 0)
            return null;
        double rate = (double)hits / trials;
        double denominator = 1 + (Z * Z / trials);
        double centre = (rate + (Z * Z / (2 * trials))) / denominator;
        double half = Z / denominator * Math.Sqrt((rate * (1 - rate) / trials) + (Z * Z / (4.0 * trials * trials)));
        return new WilsonInterval(Round(centre - half), Round(centre + half));
    }

    private static decimal Round(double value) => decimal.Round((decimal)Math.Clamp(value, 0, 1), 4, MidpointRounding.AwayFromZero);
}
