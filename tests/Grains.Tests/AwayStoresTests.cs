using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Silo.Rebuild;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Eip.Storage.Elasticsearch;

namespace Eip.Grains.Tests;

/// <summary>Commands over the cluster's stores while one is away: an answer that names it, within the patience that was given, or the ten seconds that a busy server may take.</summary>
public sealed class AwayStoresTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Bound = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_verification_names_the_stores_that_are_away_and_holds_the_others_against_the_log()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 0);
        await cluster.AppendAsync(Orders.Events(seed: 90, orders: 20));
        var output = new StringWriter();

        bool holds = await new StandingVerification(Settings(cluster), Patience, output).RunAsync().WaitAsync(Bound);

        holds.ShouldBeFalse();
        string[] lines = output.ToString().Split(Environment.NewLine);
        lines.ShouldContain(static line => line.StartsWith("log ", StringComparison.Ordinal) && line.Contains("20 orders", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith("cases ", StringComparison.Ordinal) && line.Contains("NOT COMPARED: ", StringComparison.Ordinal) && line.Contains("PostgreSQL", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith("search ", StringComparison.Ordinal) && line.Contains("NOT COMPARED: Elasticsearch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rebuild_of_the_search_store_that_is_away_ends_with_its_name()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 0);
        await cluster.AppendAsync(Orders.Events(seed: 91, orders: 20));

        var failure = await Should.ThrowAsync<StoreUnavailableException>(
            () => RebuildSearchCommand.RebuildAsync(Settings(cluster), new RebuildOptions(null, false, Patience), CancellationToken.None).WaitAsync(Bound));

        failure.Message.ShouldContain("Elasticsearch");
    }

    [Fact]
    public async Task A_log_that_is_away_is_named()
    {
        Servers.NeedPostgres();
        var settings = new SiloSettings { Home = new Pipeline.Home("unused"), Kafka = $"127.0.0.1:{SiloCluster.FreePort()}", Postgres = Servers.Postgres };

        var failure = await Should.ThrowAsync<Exception>(() => new StandingVerification(settings, Patience, TextWriter.Null).RunAsync().WaitAsync(Bound));

        StoreFailures.Tell(failure).ShouldNotBeNull().ShouldContain("Kafka");
    }

    private static SiloSettings Settings(SiloCluster cluster)
    {
        var log = cluster.LogOptions;
        return new SiloSettings
        {
            Home = new Pipeline.Home("unused"),
            Kafka = log.BootstrapServers,
            Topic = log.Topic,
            TopicPrefix = $"{cluster.Group}-",
            Postgres = $"Host=127.0.0.1;Port={SiloCluster.FreePort()};Username=nobody",
            Elasticsearch = new ElasticsearchOptions { Nodes = [new Uri($"http://127.0.0.1:{SiloCluster.FreePort()}")] },
        };
    }
}
