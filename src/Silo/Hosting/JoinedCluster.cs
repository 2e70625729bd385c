using Eip.Api.Health;
using Microsoft.Extensions.Hosting;

namespace Eip.Silo.Hosting;

/// <summary>Ready means joined: not before the silo is active, and no longer once it is told to stop.</summary>
internal sealed class JoinedCluster(ISiloStatusOracle silos, IHostApplicationLifetime lifetime) : IReadinessCondition
{
    /// <inheritdoc/>
    public string? Waiting()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "The silo stops.";
        return silos.CurrentStatus == SiloStatus.Active && lifetime.ApplicationStarted.IsCancellationRequested
            ? null
            : $"The silo has not joined the cluster yet; it is {silos.CurrentStatus}.";
    }
}
