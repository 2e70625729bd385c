using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Grains.Reading;

/// <summary>Looks one order up in its grain, wherever that lives.</summary>
public sealed class ClusterCases(GrainReferences grains) : ICaseReader
{
    /// <inheritdoc/>
    public async ValueTask<CaseSnapshot?> FindAsync(OrderId orderId, CancellationToken cancellationToken = default)
    {
        var state = await grains.Order(orderId).Read();
        return state.IsAbsent ? null : CaseSnapshot.Of(state.Restore(orderId, out _));
    }
}
