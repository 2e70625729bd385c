using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Silo.Hosting;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Eip.Storage.Elasticsearch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>Stores that die under a running cluster, silos that die while they write to a store, and indices that somebody has spoilt.</summary>
public sealed class StoreFailureTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Elasticsearch_killed_under_a_running_cluster_holds_the_offsets_and_loses_nothing()
    {
        string data = Directory.CreateTempSubdirectory("eip-elasticsearch-").FullName;
        try
        {
            await using var server = StoreServers.OwnElasticsearch(data);
            server.Start();
            string address = $"http://127.0.0.1:{server.Port}";
            await using var cluster = await SiloCluster.StartAsync(silos: 2, further: id => StoreServers.Arguments(id, address, redis: null));
            using var client = Client(cluster, 0);
            var events = Orders.Events(seed: 90, orders: 2_000);
            await cluster.AppendAsync(events.AsSpan(0, events.Length / 2).ToArray());
            await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "the first half is stored");

            await server.KillAsync();
            long before = (await cluster.States.ProgressAsync()).Sum(static partition => partition.NextOffset);
            await cluster.AppendAsync(events.AsSpan(events.Length / 2).ToArray());
            using (var card = await client.GetAsync($"/api/v1/shipments/{Uri.EscapeDataString(events[0].OrderId.ToString())}"))
                card.StatusCode.ShouldBe(HttpStatusCode.OK);
            using (var search = await client.GetAsync("/api/v1/shipments?limit=3"))
                search.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            // Much longer than a batch is tried by its grain, so that the stream has to give it anew, again and again.
            await Task.Delay(TimeSpan.FromSeconds(65));
            (await cluster.States.ProgressAsync()).Sum(static partition => partition.NextOffset).ShouldBe(before);

            server.Start();
            await cluster.ShouldComeToAsync(new Reference(events), TimeSpan.FromSeconds(120));
            await ShouldHoldAsync(cluster, new Reference(events));
            (await cluster.StatusAsync()).DeadLetters.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Redis_killed_and_started_again_never_makes_an_answer_wrong()
    {
        string elasticsearch = StoreServers.NeedElasticsearch();
        await using var redis = StoreServers.OwnRedis();
        redis.Start();
        await using var cluster = await SiloCluster.StartAsync(silos: 1, further: id => StoreServers.Arguments(id, elasticsearch, $"127.0.0.1:{redis.Port}"));
        using var client = Client(cluster, 0);
        var events = Orders.Events(seed: 91, orders: 300);
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(new Reference(events));
        await cluster.Services.GetRequiredService<ElasticsearchStore>().Indices.RefreshAsync();
        await Wait.Until(async () => (await AskAsync(client)).Cache == "hit", "answers come from Redis");

        await redis.KillAsync();
        await Wait.Until(async () => (await AskAsync(client)).Cache == "bypass", "answers say that they are computed without Redis");
        (await AskAsync(client)).Orders.ShouldBe(300);

        redis.Start();
        await Wait.Until(async () => (await AskAsync(client)).Cache == "hit", "answers come from Redis again");
        (await AskAsync(client)).Orders.ShouldBe(300);
        await DropAsync(cluster);
    }

    [Fact]
    public async Task While_Kafka_is_away_what_is_folded_is_answered_and_the_rest_says_when_to_come_again()
    {
        await using var broker = await OwnBroker.StartAsync();
        await using var cluster = await SiloCluster.StartAsync(silos: 1, kafka: broker.Address);
        using var client = Client(cluster, 0);
        var events = Orders.Events(seed: 92, orders: 200);
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(new Reference(events));

        await broker.KillAsync();

        string card = "/api/v1/shipments/" + Uri.EscapeDataString(events[0].OrderId.ToString());
        foreach (string path in (string[])[card, card + "/timeline", "/api/v1/lanes"])
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        using var line = new StringContent(EventJson.ToJson(events[0]), new MediaTypeHeaderValue("application/x-ndjson"));
        using var bad = new StringContent("{}", new MediaTypeHeaderValue("application/x-ndjson"));
        // The client goes on trying to deliver a good event for longer than a request may take.
        var posting = client.PostAsync("/api/v1/events", line);
        var answers = await Task.WhenAll(
            client.GetAsync("/api/v1/pipeline"), client.GetAsync("/api/v1/dead-letters"), client.PostAsync("/api/v1/events", bad));
        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, answer.RequestMessage!.RequestUri!.AbsolutePath);
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        (await posting).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        await broker.StartAgainAsync();
        await Wait.Until(async () => (await client.GetAsync("/api/v1/pipeline")).IsSuccessStatusCode, "the pipeline tells how it is again", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_silo_killed_while_its_bulk_requests_are_under_way_leaves_no_older_card_and_no_hole()
    {
        string elasticsearch = StoreServers.NeedElasticsearch();
        await using var cluster = await SiloCluster.StartAsync(silos: 1, further: id => StoreServers.Arguments(id, elasticsearch, redis: null));
        var events = Orders.Events(seed: 92, orders: 8_000, days: 60);
        var feeding = cluster.AppendAsync(events);
        for (int kill = 0; kill < 3; kill++)
        {
            using var process = cluster.StartProcess();
            await Wait.Until(
                async () => await cluster.Database.ScalarAsync<int>("select count(*)::integer from orleansmembershiptable where status = 3") == 2, "the process has joined");
            var feed = Orders.Events(seed: 93 + kill, orders: 1_500);
            events = [.. events, .. feed];
            await cluster.AppendAsync(feed);
            await process.KillAsync();
        }

        await feeding;
        await cluster.ShouldComeToAsync(new Reference(events), TimeSpan.FromSeconds(120));
        await ShouldHoldAsync(cluster, new Reference(events));
        await DropAsync(cluster);
    }

    [Fact]
    public async Task Spoilt_indices_are_found_and_come_back_while_the_cluster_serves()
    {
        string elasticsearch = StoreServers.NeedElasticsearch();
        await using var cluster = await SiloCluster.StartAsync(silos: 1, further: id => StoreServers.Arguments(id, elasticsearch, redis: null));
        string[] arguments = cluster.Arguments(1, 1);
        var settings = SiloSettings.Read(new ConfigurationBuilder().AddCommandLine(arguments).Build());
        using var client = Client(cluster, 0);
        using var server = new HttpClient { BaseAddress = new Uri(elasticsearch) };
        var events = Orders.Events(seed: 96, orders: 1_500);
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(new Reference(events));
        (await VerifyAsync(settings, TimeSpan.FromSeconds(20))).ShouldBeTrue();

        // Half-written: some cards are lost, and the cluster serves on while they come back.
        foreach (var order in new Reference(events).Cases.Keys.Take(40))
            (await server.DeleteAsync($"/{settings.Elasticsearch!.ShipmentsAlias}/_doc/{Uri.EscapeDataString(order.ToString())}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await VerifyAsync(settings, TimeSpan.Zero)).ShouldBeFalse();
        var more = Orders.Events(seed: 97, orders: 500);
        var rebuilding = RebuildSearchCommand.RunAsync(arguments);
        var appending = cluster.AppendAsync(more);
        int asked = 0;
        while (!rebuilding.IsCompleted)
        {
            using var answer = await client.GetAsync($"/api/v1/shipments?limit=5&facets=true&orderedFrom=2018-01-{1 + (asked++ % 28):00}");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await rebuilding).ShouldBe(0);
        await appending;
        output.WriteLine($"{asked} searches were answered while the indices were rebuilt.");
        await cluster.ShouldComeToAsync(new Reference([.. events, .. more]));
        (await VerifyAsync(settings, TimeSpan.FromSeconds(20))).ShouldBeTrue();

        // Gone altogether: nothing but the rebuild brings them back.
        foreach (string alias in new[] { settings.Elasticsearch!.ShipmentsAlias, settings.Elasticsearch.EventsAlias })
        {
            var indices = JsonNode.Parse(await server.GetStringAsync($"/_alias/{alias}"))!.AsObject();
            foreach (var (index, _) in indices)
                (await server.DeleteAsync($"/{index}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await VerifyAsync(settings, TimeSpan.Zero)).ShouldBeFalse();
        (await RebuildSearchCommand.RunAsync(arguments)).ShouldBe(0);
        (await VerifyAsync(settings, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        await DropAsync(cluster);
    }

    private async Task<bool> VerifyAsync(SiloSettings settings, TimeSpan patience)
    {
        await using var told = new StringWriter();
        bool holds = await new StandingVerification(settings, patience, told).RunAsync();
        output.WriteLine(told.ToString());
        return holds;
    }

    private static async Task ShouldHoldAsync(SiloCluster cluster, Reference reference)
    {
        var store = cluster.Services.GetRequiredService<ElasticsearchStore>();
        await store.Indices.RefreshAsync();
        var found = await store.Digest.ComputeAsync();
        found.Findings.ShouldBeEmpty();
        found.Agrees(reference.Digest).ShouldBeTrue($"{found.Orders} of {reference.Cases.Count} orders, {found.Events} events");
    }

    private static async Task<(string? Cache, long Orders)> AskAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/overview");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (answer.Headers.TryGetValues("X-Cache", out var values) ? values.First().ToLowerInvariant() : null, body["orderCount"]!.GetValue<long>());
    }

    private static HttpClient Client(SiloCluster cluster, int silo) => new() { BaseAddress = UntouchedSilo.AddressOf(cluster.Silos[silo]) };

    private static Task DropAsync(SiloCluster cluster) => cluster.Services.GetRequiredService<ElasticsearchStore>().Indices.DropAsync();
}
