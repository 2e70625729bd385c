using Eip.Domain;
using Eip.Grains.State;

namespace Eip.Silo.State;

/// <summary>The digest over what the cluster has stored (fulfillment-v1 §5): cases in the order of their ids, then <c>route_stats_daily</c> in key order.</summary>
public static class ClusterDigest
{
    /// <summary>Reads everything that is stored and digests it.</summary>
    public static async Task<SectionDigests> ComputeAsync(
        ICaseStates states, IAsyncEnumerable<RouteStats> routeStats, CancellationToken cancellationToken = default)
    {
        using var digest = new ProjectionDigest();
        await foreach (var (orderId, state) in states.ReadAllAsync(cancellationToken))
        {
            var restored = state.Restore(orderId, out _);
            digest.Add(restored.ToCard(), restored.ToTimeline());
        }

        await foreach (var row in routeStats.WithCancellation(cancellationToken))
            digest.Add(row);
        return digest.FinishSections();
    }
}
