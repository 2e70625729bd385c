namespace Eip.Api.Caching;

/// <summary>
/// How long each answer may be kept: the one place that says so. No answer is older than this, and every one tells its age in <c>Age</c> and its
/// moment in <c>asOf</c>. What is not listed is computed anew for every request.
/// </summary>
internal static class CachePolicy
{
    private static readonly Dictionary<string, TimeSpan> Times = new(StringComparer.Ordinal)
    {
        ["overview"] = TimeSpan.FromSeconds(1),
        ["lanes"] = TimeSpan.FromSeconds(2),
        ["lane"] = TimeSpan.FromSeconds(1),
        ["lane-daily"] = TimeSpan.FromSeconds(2),
        ["lanes-worst"] = TimeSpan.FromSeconds(2),
        ["lanes-compare"] = TimeSpan.FromSeconds(2),
        ["delays-by-lane"] = TimeSpan.FromSeconds(2),
        ["delays-by-seller-region"] = TimeSpan.FromSeconds(2),
        ["approval-to-handoff"] = TimeSpan.FromSeconds(5),
        ["handoff-to-delivery"] = TimeSpan.FromSeconds(5),
        ["stuck"] = TimeSpan.FromSeconds(5),
        ["at-risk"] = TimeSpan.FromSeconds(2),
        ["alerts"] = TimeSpan.FromSeconds(5),
        ["compare"] = TimeSpan.FromSeconds(2),
        ["breakdown"] = TimeSpan.FromSeconds(5),
        ["histogram"] = TimeSpan.FromSeconds(5),
    };

    /// <summary>How long a lane's figures stand beside cards before they are drawn again.</summary>
    public static readonly TimeSpan LaneNorms = TimeSpan.FromSeconds(1);

    /// <summary>How long the norms behind estimates stand when event time stands too.</summary>
    public static readonly TimeSpan DeliveryNorms = TimeSpan.FromSeconds(10);

    /// <summary>How long an endpoint's answer may be kept; zero when never.</summary>
    public static TimeSpan For(string endpoint) => Times.GetValueOrDefault(endpoint);
}
