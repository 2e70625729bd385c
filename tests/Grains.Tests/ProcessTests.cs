using Eip.Domain;
using Eip.Grains.Tests.Support;

namespace Eip.Grains.Tests;

/// <summary>Silos in processes of their own, ended by signals.</summary>
public sealed class ProcessTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_processes_of_which_one_is_killed_again_and_again_lose_nothing()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 0);
        var events = Orders.Events(seed: 40, orders: 12_000, days: 90);
        using var steady = cluster.StartProcess();
        var other = cluster.StartProcess();
        try
        {
            await Wait.Until(async () => await ActiveAsync(cluster) == 2, "both silos have joined");
            var feeding = FeedAsync(cluster, events, TimeSpan.FromSeconds(14));
            var stall = cluster.LongestStallAsync(feeding);
            for (int kill = 0; kill < 3; kill++)
            {
                await Task.Delay(TimeSpan.FromSeconds(3));
                await other.KillAsync();
                other.Dispose();
                other = cluster.StartProcess();
            }

            await feeding;
            await cluster.ShouldComeToAsync(new Reference(events));
            output.WriteLine($"The longest time without progress was {(await stall).TotalSeconds:0.0} s.");
            steady.HasExited.ShouldBeFalse(steady.Output);
            (await steady.StopAsync()).ShouldBe(0, steady.Output);
            (await other.StopAsync()).ShouldBe(0, other.Output);
        }
        finally
        {
            other.Dispose();
        }
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_while_it_starts_ends_well()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 0);
        using var silo = cluster.StartProcess();
        await Wait.Until(async () => await ActiveAsync(cluster) == 1, "the silo has joined; its streams come next");

        (await silo.StopAsync()).ShouldBe(0, silo.Output);
    }

    private static async Task FeedAsync(SiloCluster cluster, FulfillmentEvent[] events, TimeSpan over)
    {
        const int Parts = 140;
        foreach (var part in events.Chunk((events.Length / Parts) + 1))
        {
            await cluster.Log.AppendAsync(part);
            await Task.Delay(over / Parts);
        }
    }

    private static Task<int> ActiveAsync(SiloCluster cluster) =>
        cluster.Database.ScalarAsync<int>("select count(*)::integer from orleansmembershiptable where status = 3");
}
