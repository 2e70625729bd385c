using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;
using Eip.Simulator.Synthetic;
using Eip.Tests.OpsApi;

namespace Eip.Grains.Tests;

/// <summary>Any silo answers any request.</summary>
public sealed class SeveralSilosApiTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("eip-replay-data-").FullName;

    [Fact]
    public async Task Every_silo_tells_its_live_clients_of_what_the_others_fold()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 2, partitions: 4);
        using var first = Client(cluster, 0);
        using var second = Client(cluster, 1);
        // Orders on every partition, so that each silo folds some.
        string[] orders = [.. Enumerable.Range(1, 24).Select(Fixtures.HexId)];
        await using var hereStream = await SseReader.OpenAsync(first, "/api/v1/live?kind=card");
        await using var thereStream = await SseReader.OpenAsync(second, "/api/v1/live?kind=card");
        await cluster.AppendAsync([.. orders.Select(static id => Fixtures.Event(id, EventType.OrderPlaced, "2018-06-01T00:00:00Z"))]);

        var (here, last) = await ReadAsync(hereStream, orders);
        var (there, _) = await ReadAsync(thereStream, orders);
        here.ShouldBe(orders, ignoreOrder: true);
        there.ShouldBe(orders, ignoreOrder: true);

        // A client whose silo went comes to another with the number that the first one gave.
        await cluster.AppendAsync([Fixtures.Event(orders[5], EventType.OrderApproved, "2018-06-02T00:00:00Z")]);
        await using var moved = await SseReader.OpenAsync(second, $"/api/v1/live?kind=card&order={orders[5]}", lastEventId: last);
        var change = await moved.UntilAsync(static message => message.Data["card"]!["eventCount"]!.GetValue<int>() == 2);
        change.Data["card"]!["orderId"]!.GetValue<string>().ShouldBe(orders[5]);
    }

    [Fact]
    public async Task A_replay_that_is_steered_from_any_silo_outlives_the_silo_that_runs_it()
    {
        var events = Generate();
        await using var cluster = await SiloCluster.StartAsync(silos: 2, partitions: 4, further: _ => ["--Eip:Replay:Data", data]);
        using var first = Client(cluster, 0);
        var span = events[^1].EventAt - events[0].EventAt;
        using (var started = await first.PostAsJsonAsync("/api/v1/replay", new { mode = "replay", speed = span / 12.0 }))
            started.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await started.Content.ReadAsStringAsync());
        using (var refused = await Client(cluster, 1).PostAsJsonAsync("/api/v1/replay", new { mode = "backfill" }))
            refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
        string id = (await ReplayAsync(first))["id"]!.GetValue<string>();
        await Wait.Until(async () => (await ReplayAsync(first))["emitted"]!.GetValue<long>() > events.Length / 6, "the replay is under way");

        // What a pause and a seek say holds when they are answered, and what the seek left out outlives the silos too.
        using var second = Client(cluster, 1);
        var paused = await ChangeAsync(second, new { paused = true });
        paused["replay"]!["state"]!.GetValue<string>().ShouldBe("paused");
        var stands = EventTime.Parse(paused["replay"]!["virtualTime"]!.GetValue<string>()) + (span / 10);
        var sought = await ChangeAsync(second, new { seekTo = stands.ToString() });
        sought["replay"]!["virtualTime"]!.GetValue<string>().ShouldBe(stands.ToString());
        (await ReplayAsync(first))["emitted"]!.GetValue<long>().ShouldBe(paused["replay"]!["emitted"]!.GetValue<long>());
        await ChangeAsync(second, new { paused = false });

        // Whichever silo runs it: both go, one after the other, and the one that is left each time goes on.
        await cluster.KillAsync(cluster.Silos[0]);
        await cluster.AddAsync();
        using var survivor = Client(cluster, 0);
        await Wait.Until(async () => await EmittedAsync(survivor) is { } emitted && emitted > events.Length / 2, "the replay goes on after a death");
        await cluster.KillAsync(cluster.Silos[0]);
        using var last = Client(cluster, 0);
        await Wait.Until(async () => await StateAsync(last) == "completed", "the replay comes to its end");

        (await ReplayAsync(last))["id"]!.GetValue<string>().ShouldBe(id);
        var missing = (await last.GetFromJsonAsync<JsonObject>("/api/v1/pipeline"))!["missing"]!.AsArray().ShouldHaveSingleItem()!;
        missing.ToJsonString().ShouldBe(sought["missing"]!.AsArray().ShouldHaveSingleItem()!.ToJsonString());
        using (var filled = await last.PostAsJsonAsync("/api/v1/replay", missing["fill"]))
            filled.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await filled.Content.ReadAsStringAsync());
        await Wait.Until(async () => await StateAsync(last) == "completed", "the window is made");
        (await last.GetFromJsonAsync<JsonObject>("/api/v1/replay"))!["missing"]!.AsArray().ShouldBeEmpty();
        await cluster.ShouldComeToAsync(new Reference(events));
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    private FulfillmentEvent[] Generate()
    {
        SyntheticDataSet.Generate(data, orders: 400, seed: 11);
        string home = Directory.CreateTempSubdirectory("eip-replay-home-").FullName;
        try
        {
            using var rejects = new JsonLinesRejectSink(new Pipeline.Home(home).Rejects);
            using var history = DataSetHistory.Open(data, home, rejects);
            return [.. history.Read(null, null).SelectMany(static batch => batch.ToArray())];
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static HttpClient Client(SiloCluster cluster, int silo) => new() { BaseAddress = UntouchedSilo.AddressOf(cluster.Silos[silo]) };

    private static async Task<(List<string> Orders, long LastId)> ReadAsync(SseReader stream, string[] orders)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long last = 0;
        while (seen.Count < orders.Length)
        {
            var message = await stream.NextAsync();
            seen.Add(message.Data["card"]!["orderId"]!.GetValue<string>());
            last = message.Id;
        }

        return ([.. seen], last);
    }

    private static async Task<JsonObject> ChangeAsync(HttpClient client, object change)
    {
        using var answer = await client.PatchAsJsonAsync("/api/v1/replay", change);
        string text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private static async Task<JsonNode> ReplayAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonObject>("/api/v1/replay"))!["replay"]!;

    // While the silo that ran it is being missed, the question may fail.
    private static async Task<long?> EmittedAsync(HttpClient client) => (await AskAsync(client))?["emitted"]?.GetValue<long>();

    private static async Task<string?> StateAsync(HttpClient client) => (await AskAsync(client))?["state"]?.GetValue<string>();

    private static async Task<JsonNode?> AskAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/replay");
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["replay"] : null;
    }
}
