using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Keeps <c>route_stats_daily</c> where others read it. Every call is atomic and idempotent.</summary>
public interface IRouteStatsStore
{
    /// <summary>Writes rows by their key, and takes away the rows of keys that no longer have anything to report.</summary>
    Task ApplyAsync(IReadOnlyCollection<RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed, CancellationToken cancellationToken = default);

    /// <summary>Makes the whole table equal to these rows; rows that are equal already are not written.</summary>
    Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> rows, CancellationToken cancellationToken = default);
}

/// <summary>The key of a row.</summary>
/// <param name="StatDate">The UTC day.</param>
/// <param name="Lane">The lane.</param>
public readonly record struct RouteStatsKey(DateOnly StatDate, Lane Lane);
