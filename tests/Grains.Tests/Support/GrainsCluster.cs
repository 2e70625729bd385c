using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Hosting;
using Eip.Grains.Ingest;
using Eip.Grains.Lanes;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Silo.State;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Eip.Grains.Tests.Support;

/// <summary>Silos in this process that share their stores, fed without a stream.</summary>
internal sealed class GrainsCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;

    private GrainsCluster(InProcessTestCluster cluster, ICaseStates states, MemoryRouteStats routeStats, MemoryDeadLetters letters) =>
        (this.cluster, States, RouteStats, DeadLetters) = (cluster, states, routeStats, letters);

    public ICaseStates States { get; }

    public MemoryRouteStats RouteStats { get; }

    public MemoryDeadLetters DeadLetters { get; }

    public InProcessTestCluster Silos => cluster;

    public IGrainFactory Grains => cluster.Client;

    public GrainReferences References => cluster.GetSiloServiceProvider().GetRequiredService<GrainReferences>();

    public static async Task<GrainsCluster> StartAsync(
        short silos = 1, ICaseStates? states = null, TestDatabase? database = null, Action<IServiceCollection>? configure = null)
    {
        var shared = states ?? (database is null ? new MemoryCaseStates() : new PostgresCaseStates(database.Source));
        var routeStats = new MemoryRouteStats();
        var letters = new MemoryDeadLetters();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(shared).AddSingleton<IRouteStatsStore>(routeStats).AddSingleton<IDeadLetters>(letters);
            configure?.Invoke(silo.Services);
            silo.Services.AddEipGrains();
            silo.Services.Configure<LaneOptions>(options =>
            {
                options.FlushEvery = TimeSpan.FromMilliseconds(50);
                options.IdleAfter = TimeSpan.FromMilliseconds(500);
            });
            silo.Services.Configure<IngestOptions>(options => options.FirstPause = TimeSpan.FromMilliseconds(5));
            silo.Services.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromMilliseconds(300);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            if (database is null)
            {
                silo.AddMemoryGrainStorage(GrainStores.Lanes);
                silo.UseInMemoryReminderService();
                return;
            }

            silo.AddAdoNetGrainStorage(GrainStores.Lanes, options => (options.Invariant, options.ConnectionString) = ("Npgsql", database.ConnectionString));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database.ConnectionString));
        });
        var built = builder.Build();
        await built.DeployAsync();
        return new GrainsCluster(built, shared, routeStats, letters);
    }

    /// <summary>Gives events to a partition's grain in batches.</summary>
    public async Task IngestAsync(IReadOnlyList<FulfillmentEvent> events, string partition = "events/0", int batch = 500)
    {
        for (int start = 0; start < events.Count; start += batch)
        {
            var part = events.Skip(start).Take(batch).ToArray();
            await Grains.GetGrain<IIngestGrain>(partition).Ingest(new IngestBatch(part, start, start + part.Length));
        }
    }

    public async Task<SectionDigests> DigestAsync() => await ClusterDigest.ComputeAsync(States, RouteStats.Rows.ToAsyncEnumerable());

    /// <summary>Waits until the digest is the one that the folds give.</summary>
    public async Task ShouldCometoAsync(Reference reference, TimeSpan? within = null)
    {
        SectionDigests? last = null;
        try
        {
            await Wait.Until(async () => (last = await DigestAsync()).All == reference.Digest.All, "the digest of the cluster is that of the folds", within);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} Cards {last!.Cards == reference.Digest.Cards}, timelines {last.Timelines == reference.Digest.Timelines}, "
                + $"route stats {last.RouteStats == reference.Digest.RouteStats}.", exception);
        }
    }

    public async ValueTask DisposeAsync() => await cluster.DisposeAsync();
}
