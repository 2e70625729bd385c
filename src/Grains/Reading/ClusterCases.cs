using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Grains.Reading;

/// <summary>Looks one order up in its grain, wherever that lives.</summary>
public sealed class ClusterCases(GrainReferences grains) : ICaseReader
{
    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The store of cases, or the silo where the order lives, is away.</exception>
    public ValueTask<CaseSnapshot?> FindAsync(OrderId orderId, CancellationToken cancellationToken = default) => Outage.GuardAsync(async ValueTask<CaseSnapshot?> () =>
    {
        var state = await grains.Order(orderId).Read();
        return state.IsAbsent ? null : CaseSnapshot.Of(state.Restore(orderId, out _));
    });
}
