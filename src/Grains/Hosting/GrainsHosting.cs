using Eip.Grains.Cases;
using Eip.Grains.Ingest;
using Eip.Grains.Lanes;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;

namespace Eip.Grains.Hosting;

/// <summary>Adds the grains to a silo.</summary>
public static class GrainsHosting
{
    // Hours lie between two events of an open order: it comes back from the store with the batch that needs it. A settled one leaves at once.
    private static readonly TimeSpan OpenOrderAge = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromSeconds(1);

    // Orders are called where they live; remembering a million places of orders that have left costs more than it saves.
    private const int DirectoryCacheSize = 50_000;

    /// <summary>
    /// Adds what the grains need beside their adapters. The host adds <see cref="State.ICaseStates"/>, <see cref="Pipeline.Ports.IRouteStatsStore"/>,
    /// <see cref="Pipeline.Ports.IDeadLetters"/>, any number of <see cref="Pipeline.Ports.ICaseProjection"/>, reminders, and a grain storage named
    /// <see cref="GrainStores.Lanes"/>; a grain directory of that name if it has one.
    /// </summary>
    public static IServiceCollection AddEipGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICaseFold, CaseFold>();
        services.TryAddSingleton<IIngestSteps, NoIngestSteps>();
        services.TryAddSingleton<GrainReferences>();
        services.TryAddSingleton<ActiveCases>();
        services.TryAddSingleton<ActiveLanes>();
        services.TryAddSingleton<StreamClock>();
        services.TryAddSingleton(static provider => new EventHorizon(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<GrainsInstruments>();
        services.TryAddSingleton<BatchFolder>();
        services.TryAddSingleton<RouteStatsWriter>();
        services.AddHostedService(static provider => provider.GetRequiredService<RouteStatsWriter>());
        services.AddHostedService<LaneKeeper>();
        services.AddHostedService<StoreWatch>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LaneHandOver>();
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddSingleton<IValidateOptions<LaneOptions>, LaneOptionsValidator>();
        services.AddOptions<IngestOptions>().ValidateOnStart();
        services.AddOptions<LaneOptions>().ValidateOnStart();
        services.Configure<GrainCollectionOptions>(static options =>
        {
            options.CollectionQuantum = CollectEvery;
            options.ClassSpecificCollectionAge[typeof(FulfillmentGrain).FullName!] = OpenOrderAge;
        });
        services.AddSingleton<IGrainDirectoryResolver, LaneDirectory>();
        services.AddSingleton<IGrainDirectoryCache, OrderDirectoryCache>();
        services.Configure<GrainDirectoryOptions>(static options =>
        {
            options.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.Custom;
            options.CacheSize = DirectoryCacheSize;
        });
        return services;
    }
}
