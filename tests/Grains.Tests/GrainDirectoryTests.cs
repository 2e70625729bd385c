using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Tests.Support;
using Eip.Silo.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Placement;

namespace Eip.Grains.Tests;

/// <summary>Where lanes live is written in PostgreSQL.</summary>
public sealed class GrainDirectoryTests
{
    private static readonly SiloAddress North = SiloAddress.FromParsableString("127.0.0.1:1@1"), South = SiloAddress.FromParsableString("127.0.0.1:2@1");

    [Fact]
    public async Task The_first_life_of_a_grain_is_registered_and_every_other_is_told_of_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var directory = Directory(database);
        var lives = Enumerable.Range(0, 40).Select(static number => Life(number % 2 == 0 ? North : South)).ToArray();

        var told = await Task.WhenAll(lives.Select(directory.Register));

        var first = await directory.Lookup(lives[0].GrainId);
        lives.ShouldContain(first!);
        told.ShouldAllBe(address => first!.Equals(address) && address!.MembershipVersion == first.MembershipVersion);
    }

    [Fact]
    public async Task A_life_takes_the_place_of_the_one_that_it_knows_to_be_over_and_of_no_other()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var directory = Directory(database);
        var first = Life(North);
        var second = Life(South);
        var third = Life(South);
        await directory.Register(first);

        (await directory.Register(second, third)).ShouldBe(first);
        (await directory.Register(second, first)).ShouldBe(second);
        (await directory.Register(third, first)).ShouldBe(second);
        (await directory.Lookup(first.GrainId)).ShouldBe(second);
    }

    [Fact]
    public async Task Only_the_life_that_is_registered_can_be_taken_out()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var directory = Directory(database);
        var life = Life(North);
        await directory.Register(life);

        await directory.Unregister(Life(North));
        (await directory.Lookup(life.GrainId)).ShouldBe(life);

        await directory.Unregister(life);
        (await directory.Lookup(life.GrainId)).ShouldBeNull();
    }

    [Fact]
    public async Task With_dead_silos_go_their_grains_and_clusters_do_not_see_each_other()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var directory = Directory(database);
        using var other = Directory(database, "other");
        var northern = Life(North, "SP-RJ");
        var southern = Life(South, "RJ-SP");
        await directory.Register(northern);
        await directory.Register(southern);
        await other.Register(northern);

        await directory.UnregisterSilos([North]);

        (await directory.Lookup(northern.GrainId)).ShouldBeNull();
        (await directory.Lookup(southern.GrainId)).ShouldBe(southern);
        (await other.Lookup(southern.GrainId)).ShouldBeNull();
        (await other.Lookup(northern.GrainId)).ShouldBe(northern);
    }

    [Theory, InlineData(SiloStatus.ShuttingDown), InlineData(SiloStatus.Stopping), InlineData(SiloStatus.Dead)]
    public async Task What_lived_on_a_silo_that_leaves_is_not_found_and_gives_way(SiloStatus status)
    {
        await using var database = await TestDatabase.CreateAsync();
        var before = Life(North);
        var after = Life(South);
        using (var unaware = Directory(database))
            await unaware.Register(before);
        using var directory = Directory(database, silos: [(South, SiloStatus.Active), (North, status)]);

        (await directory.Lookup(before.GrainId)).ShouldBeNull();
        (await directory.Register(after)).ShouldBe(after);
        await directory.Unregister(before);
        (await directory.Lookup(before.GrainId)).ShouldBe(after);
        (await directory.Register(Life(South))).ShouldBe(after);
    }

    [Fact]
    public async Task Where_the_last_silo_leaves_its_grains_stay_with_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var directory = Directory(database, silos: [(North, SiloStatus.ShuttingDown), (South, SiloStatus.Dead)]);
        var life = Life(North);
        await directory.Register(life);

        (await directory.Lookup(life.GrainId)).ShouldBe(life);
        (await directory.Register(Life(South))).ShouldBe(life);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Lanes_live_on_when_a_silo_leaves_that_they_do_not_live_on(bool isKilled)
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 3);
        var silos = cluster.Silos.Select(static silo => silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress).ToArray();
        var lanes = "SP-SP SP-RJ SP-MG RJ-SP RJ-RJ RJ-MG MG-SP MG-RJ MG-MG".Split(' ').Select(LaneKey.Parse).ToArray();
        for (int i = 0; i < lanes.Length; i++)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silos[i % silos.Length]);
            await CallAsync(cluster, lanes[i]);
        }

        RequestContext.Clear();
        string leaves = silos[2].ToParsableString();
        var before = await LivesAsync(cluster);
        before.Count.ShouldBe(lanes.Length);
        before.Count(life => life.Value.Silo == leaves).ShouldBe(lanes.Length / 3);

        if (isKilled)
            await cluster.KillAsync(cluster.Silos[2]);
        else
            await cluster.StopAsync(cluster.Silos[2]);

        await Wait.Until(() => AnswerAsync(cluster, lanes), "every lane answers");
        var after = await LivesAsync(cluster);
        foreach (var (lane, life) in before)
        {
            if (life.Silo == leaves)
                after[lane].Silo.ShouldNotBe(leaves);
            else
                after[lane].ShouldBe(life);
        }
    }

    private static async Task<bool> AnswerAsync(SiloCluster cluster, Lane[] lanes)
    {
        try
        {
            await Task.WhenAll(lanes.Select(lane => CallAsync(cluster, lane)));
            return true;
        }
        catch (OrleansException)
        {
            return false;
        }
    }

    private static Task CallAsync(SiloCluster cluster, Lane lane) => cluster.Services.GetRequiredService<GrainReferences>().Lane(lane).Touch();

    private static PostgresGrainDirectory Directory(TestDatabase database, string cluster = "eip", params (SiloAddress, SiloStatus)[] silos) => new(
        database.Source,
        Options.Create(new ClusterOptions { ClusterId = cluster }),
        new StatedSilos(silos.Length > 0 ? silos : [(North, SiloStatus.Active), (South, SiloStatus.Active)]));

    private static GrainAddress Life(SiloAddress silo, string lane = "SP-RJ") => new()
    {
        GrainId = GrainId.Create(GrainReferences.LaneType, lane),
        SiloAddress = silo,
        ActivationId = ActivationId.NewId(),
        MembershipVersion = new MembershipVersion(7),
    };

    private static async Task<Dictionary<string, (string Silo, string Activation)>> LivesAsync(SiloCluster cluster)
    {
        var lives = new Dictionary<string, (string, string)>();
        await using var command = cluster.Database.Source.CreateCommand("select grain, silo, activation from eip_grain_directory");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lives.Add(reader.GetString(0), (reader.GetString(1), reader.GetString(2)));
        return lives;
    }
}
