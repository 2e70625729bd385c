using Eip.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>Where ingest grains live.</summary>
public sealed class MovingTests
{
    [Fact]
    public async Task Ingest_grains_follow_their_partitions_to_a_silo_that_joins()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1, partitions: 4);
        var events = Orders.Events(seed: 80, orders: 4_000);
        var first = Address(cluster, 0);
        await cluster.AppendAsync(events.AsSpan(0, 4_000).ToArray());
        await Wait.Until(async () => (await HostsAsync(cluster)).Count(host => host.Equals(first)) == 4, "all ingest grains are on the only silo");

        await cluster.AddAsync();
        var second = Address(cluster, 1);
        await Wait.Until(
            async () =>
            {
                // They move with the next batch that another silo pulled; events that come again do as well as new ones.
                await cluster.AppendAsync(events.AsSpan(0, 500).ToArray());
                return (await HostsAsync(cluster)).Count(host => host.Equals(second)) == 2;
            },
            "half of them are on the silo that joined");

        await cluster.AppendAsync(events.AsSpan(4_000).ToArray());
        await cluster.ShouldComeToAsync(new Reference(events));
    }

    private static SiloAddress Address(SiloCluster cluster, int silo) =>
        cluster.Silos[silo].Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    private static async Task<SiloAddress[]> HostsAsync(SiloCluster cluster)
    {
        var management = cluster.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var grains = await management.GetDetailedGrainStatistics();
        return [.. grains.Where(static grain => grain.GrainId.Type.ToString() == "eip.ingest").Select(static grain => grain.SiloAddress)];
    }
}
