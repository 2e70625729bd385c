using System.Net;
using Eip.Grains.Tests.Support;
using Eip.Silo.Hosting;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Postgres;
using Eip.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>Two clusters that are led to the same servers do not mix what they keep there.</summary>
public sealed class OwnershipTests
{
    [Fact]
    public async Task A_second_cluster_on_one_database_is_refused_before_it_writes_and_told_what_to_set()
    {
        await using var database = await TestDatabase.CreateAsync();
        await PrepareAsync("one", "orders");
        await PrepareAsync("one", "orders");

        string renamed = (await Should.ThrowAsync<PostgresStorageException>(() => PrepareAsync("two", "orders"))).Message;
        string elsewhere = (await Should.ThrowAsync<PostgresStorageException>(() => PrepareAsync("one", "other-orders"))).Message;

        renamed.ShouldContain("the cluster 'one' (log: orders)");
        renamed.ShouldContain("the cluster 'two' (log: orders)");
        renamed.ShouldContain("EIP_POSTGRES");
        elsewhere.ShouldContain("(log: other-orders)");
        using var silo = SiloProcess.Start([.. Settings("two", "orders"), "--urls", "http://127.0.0.1:0"]);
        (await silo.WaitForExitAsync()).ShouldBe(2, silo.Output);
        silo.Output.ShouldContain("the cluster 'one' (log: orders)");

        async Task PrepareAsync(string cluster, string topic)
        {
            await using var built = SiloHost.Build(Settings(cluster, topic));
            await SiloSchema.PrepareAsync(built.Services);
        }

        string[] Settings(string cluster, string topic) =>
        [
            "--EIP_POSTGRES", database.ConnectionString, "--EIP_KAFKA", "127.0.0.1:1", "--EIP_ELASTICSEARCH", "", "--EIP_REDIS", "",
            "--Eip:Silo:Cluster", cluster, "--Eip:Kafka:Topic", topic, "--Eip:Silo:Port", $"{SiloCluster.FreePort()}", "--Eip:Silo:GatewayPort", $"{SiloCluster.FreePort()}",
        ];
    }

    [Fact]
    public async Task A_second_cluster_on_one_index_writes_nothing_there_and_answers_nothing_from_it()
    {
        string elasticsearch = StoreServers.NeedElasticsearch(), shared = Guid.NewGuid().ToString("n")[..12];
        string[] Stores(string id) => StoreServers.Arguments(shared, elasticsearch, null);
        await using var first = await SiloCluster.StartAsync(silos: 1, partitions: 2, further: Stores);
        var store = first.Services.GetRequiredService<ElasticsearchStore>();
        var reference = new Reference(Orders.Events(seed: 91, orders: 100));
        await first.AppendAsync(Orders.Events(seed: 91, orders: 100));
        await first.ShouldComeToAsync(reference);
        try
        {
            await using var second = await SiloCluster.StartAsync(silos: 1, partitions: 2, further: Stores);
            using var client = new HttpClient { BaseAddress = UntouchedSilo.AddressOf(second.Silos[0]) };
            await second.AppendAsync(Orders.Events(seed: 92, orders: 100));
            var refused = second.Services.GetRequiredService<ElasticsearchStore>().Indices.Ownership;
            await Wait.Until(() => refused.Refusal is not null, "the second cluster sees whose the indices are");

            var answer = await client.GetAsync("/api/v1/shipments?limit=1");

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("ShipmentsAlias");
            refused.Refusal!.ShouldContain(first.Services.GetRequiredService<SiloSettings>().Cluster);
            refused.Refusal!.ShouldContain(second.Services.GetRequiredService<SiloSettings>().Cluster);
            (await second.StatusAsync()).Partitions.Sum(static partition => partition.ProjectedOffset).ShouldBe(0);
            await store.Indices.RefreshAsync();
            (await store.Digest.ComputeAsync()).Agrees(reference.Digest).ShouldBeTrue();
        }
        finally
        {
            await store.Indices.DropAsync();
        }
    }

    [Fact]
    public void Clusters_of_one_name_share_cached_answers_only_where_they_share_their_state()
    {
        string one = PrefixOf("Host=db;Database=a"), same = PrefixOf("Host=db;Database=a;Maximum Pool Size=3"), other = PrefixOf("Host=db;Database=b");

        same.ShouldBe(one);
        other.ShouldNotBe(one);
        one.ShouldStartWith("eip:answers:");

        static string PrefixOf(string postgres) =>
            SiloSettings.Read(new ConfigurationBuilder().AddCommandLine(["--EIP_POSTGRES", postgres, "--EIP_REDIS", "cache:6379"]).Build()).Redis!.KeyPrefix;
    }
}
