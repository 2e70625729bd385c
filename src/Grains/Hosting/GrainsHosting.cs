using Eip.Grains.Cases;
using Eip.Grains.Ingest;
using Eip.Grains.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Eip.Grains.Hosting;

/// <summary>Adds the grains to a silo.</summary>
public static class GrainsHosting
{
    /// <summary>
    /// Adds what the grains need beside their adapters. The host adds <see cref="State.ICaseStates"/>, <see cref="Pipeline.Ports.IRouteStatsStore"/>,
    /// <see cref="Pipeline.Ports.IDeadLetters"/>, any number of <see cref="Pipeline.Ports.ICaseProjection"/>, reminders, and a grain storage named
    /// <see cref="GrainStores.Lanes"/>.
    /// </summary>
    public static IServiceCollection AddEipGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICaseFold, CaseFold>();
        services.TryAddSingleton<IIngestSteps, NoIngestSteps>();
        services.TryAddSingleton<ActiveCases>();
        services.TryAddSingleton<StreamClock>();
        services.TryAddSingleton<GrainsInstruments>();
        services.TryAddSingleton<BatchFolder>();
        services.TryAddSingleton<RouteStatsWriter>();
        services.AddHostedService(static provider => provider.GetRequiredService<RouteStatsWriter>());
        services.AddHostedService<LaneKeeper>();
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddSingleton<IValidateOptions<LaneOptions>, LaneOptionsValidator>();
        services.AddOptions<IngestOptions>().ValidateOnStart();
        services.AddOptions<LaneOptions>().ValidateOnStart();
        return services;
    }
}
