using System.Net;
using Eip.Grains;
using Eip.Silo.State;
using Eip.Streams.Kafka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;

namespace Eip.Silo.Hosting;

/// <summary>Membership, storage, reminders and streams of a silo.</summary>
internal static class ClusterSetup
{
    private const string Invariant = "Npgsql";

    // Beside the pool of the cases; enough for the rare writes of lanes, and small when all of them come at once.
    private const int OrleansPoolSize = 4;

    /// <summary>The name of the stream provider.</summary>
    public const string StreamProvider = "kafka";

    public static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster, "eip"));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Parse(settings.Address);
            options.SiloPort = settings.SiloPort;
            options.GatewayPort = settings.GatewayPort;
            var listen = IPAddress.IsLoopback(options.AdvertisedIPAddress) ? IPAddress.Loopback : IPAddress.Any;
            options.SiloListeningEndpoint = new IPEndPoint(listen, settings.SiloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(listen, settings.GatewayPort);
        });
        settings.Tls?.Apply(silo);
        ConfigureMembership(silo);
        if (settings.Postgres is { } postgres)
            AddPostgres(silo, postgres);
        else
            AddMemory(silo, settings);
        if (settings.Kafka is not null)
            silo.AddKafkaStreams(StreamProvider, options => settings.Configure(options));
    }

    // A dead silo is found in about a second, so that the others stall for less than two: a probe is due every 400 ms at first and then as the answers'
    // times allow, three that are missed count as death for a prober, and two probers agree (one where there are but two silos). A silo that is slow itself
    // waits longer before it judges.
    private static void ConfigureMembership(ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(static options =>
    {
        options.ProbeTimeout = TimeSpan.FromMilliseconds(400);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
    });

    private static void AddPostgres(ISiloBuilder silo, string given)
    {
        string postgres = new NpgsqlConnectionStringBuilder(given) { MaxPoolSize = OrleansPoolSize }.ConnectionString;
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, postgres));
        silo.AddAdoNetGrainStorage(GrainStores.Lanes, options => (options.Invariant, options.ConnectionString) = (Invariant, postgres));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, postgres));
        silo.AddGrainDirectory(GrainStores.Lanes, static (services, _) => ActivatorUtilities.CreateInstance<PostgresGrainDirectory>(services));
    }

    private static void AddMemory(ISiloBuilder silo, SiloSettings settings)
    {
        silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Parse(settings.Address), settings.SiloPort));
        silo.AddMemoryGrainStorage(GrainStores.Lanes);
        silo.UseInMemoryReminderService();
    }
}
