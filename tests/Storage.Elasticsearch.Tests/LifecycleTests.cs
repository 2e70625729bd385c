using System.Text.Json.Nodes;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>The lifecycle policy, against servers that offer it and servers that do not.</summary>
public sealed class LifecycleTests
{
    // The policy and two templates; then nothing is there.
    private const int Preparations = 3;

    [Fact]
    public async Task Where_the_server_offers_policies_new_indices_get_one()
    {
        await using var server = new StubServer(static (count, _) => (count <= Preparations ? 200 : 404, "{}"));
        await EnsureAsync(server);
        server.Requests.Take(Preparations).ShouldBe(["PUT /_ilm/policy/shipments", "PUT /_index_template/shipments", "PUT /_index_template/shipment_events"]);
        var sent = server.Bodies.Select(static body => body.Length == 0 ? null : JsonNode.Parse(body)).ToList();
        var phases = sent[0]!["policy"]!["phases"]!.AsObject();
        // A phase that deletes would take a projection's half away.
        phases.Select(static phase => phase.Key).ShouldBe(["hot"]);
        phases["hot"]!["actions"]!["set_priority"]!["priority"]!.GetValue<int>().ShouldBe(100);
        LifecycleOf(sent[1]!).ShouldBe("shipments");
        LifecycleOf(sent[2]!).ShouldBe("shipments");
    }

    [Theory]
    [InlineData(400, "no handler found for uri [/_ilm/policy/shipments] and method [PUT]")]
    [InlineData(403, "action [cluster:admin/ilm/put] is unauthorized")]
    [InlineData(404, "no such thing")]
    [InlineData(405, "Incorrect HTTP method")]
    [InlineData(410, "not available in serverless mode")]
    public async Task Where_it_does_not_they_get_none(int status, string reason)
    {
        await using var server = new StubServer((count, _) => count == 1 ? (status, $$"""{"error":"{{reason}}"}""") : (count <= Preparations ? 200 : 404, "{}"));
        await EnsureAsync(server);
        var sent = server.Bodies.Skip(1).Take(2).Select(static body => JsonNode.Parse(body)!).ToList();
        sent.ShouldAllBe(static template => LifecycleOf(template) == null);
        sent[0]["template"]!["settings"]!["index"]!["number_of_shards"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_away_is_waited_for_and_not_taken_for_one_without_policies()
    {
        await using var server = new StubServer(static (count, _) => (count <= 2 ? 503 : count <= Preparations + 2 ? 200 : 404, "{}"));
        await EnsureAsync(server);
        server.Requests.Take(3).ShouldBe(Enumerable.Repeat("PUT /_ilm/policy/shipments", 3));
        LifecycleOf(JsonNode.Parse(server.Bodies.ElementAt(3))!).ShouldBe("shipments");
    }

    [Fact]
    public async Task A_real_index_has_the_policy_if_the_server_has_it()
    {
        await using var store = await TestStore.StartAsync();
        var policy = await store.SendAsync(HttpMethod.Get, $"/_ilm/policy/{store.Options.ShipmentsAlias}");
        foreach (string alias in (string[])[store.Options.ShipmentsAlias, store.Options.EventsAlias])
        {
            var index = (await store.SendAsync(HttpMethod.Get, $"/{alias}/_settings")).AsObject().Single().Value!["settings"]!["index"]!;
            index["number_of_replicas"]!.GetValue<string>().ShouldBe("0");
            string? name = index["lifecycle"]?["name"]?.GetValue<string>();
            name.ShouldBe(policy["error"] is null ? store.Options.ShipmentsAlias : null);
        }
    }

    private static async Task EnsureAsync(StubServer server)
    {
        using var store = new ElasticsearchStore(server.Options, new MemoryDeadLetters());
        await store.Indices.EnsureAsync();
    }

    private static string? LifecycleOf(JsonNode template) => template["template"]!["settings"]!["index"]!["lifecycle.name"]?.GetValue<string>();
}
