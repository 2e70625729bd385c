using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Simulator.Synthetic;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

/// <summary>Replays of a host's own data set, over a shop of twenty orders.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("eip-replay-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_pause_and_a_seek_are_answered_when_they_are_done_and_what_was_left_out_is_named_until_a_window_fills_it()
    {
        await using var host = await StartAsync();
        await SendAsync(host, HttpMethod.Post, """{"mode":"replay","speed":0.001}""");
        await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["emitted"]!.GetValue<long>() > 0);

        var paused = await SendAsync(host, HttpMethod.Patch, """{"paused":true}""");
        paused["replay"]!["state"]!.GetValue<string>().ShouldBe("paused");
        paused["missing"]!.AsArray().ShouldBeEmpty();
        var begun = Time(paused["replay"]!["virtualTime"]);
        var later = begun + (200 * EventTime.SecondsPerDay);
        var sought = await SendAsync(host, HttpMethod.Patch, $$"""{"seekTo":"{{later}}"}""");
        Time(sought["replay"]!["virtualTime"]).ShouldBe(later);
        var missing = sought["missing"]!.AsArray().ShouldHaveSingleItem()!;
        Time(missing["from"]).ShouldBeGreaterThanOrEqualTo(begun);
        Time(missing["to"]).ShouldBeLessThan(later);
        (await host.GetAsync("/api/v1/pipeline"))["missing"]!.ToJsonString().ShouldBe(sought["missing"]!.ToJsonString());

        await SendAsync(host, HttpMethod.Delete, null);
        await SendAsync(host, HttpMethod.Post, missing["fill"]!.ToJsonString());
        await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["state"]!.GetValue<string>() == "completed");
        (await host.GetAsync("/api/v1/replay"))["missing"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_clock_of_a_replay_stands_at_the_last_event_when_it_is_over()
    {
        await using var host = await StartAsync();
        await SendAsync(host, HttpMethod.Post, """{"mode":"replay","speed":3000000000}""");
        var ended = await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["state"]!.GetValue<string>() == "completed");
        await host.SettleAsync();
        Time(ended["replay"]!["virtualTime"]).ShouldBe(Time((await host.GetAsync("/api/v1/pipeline"))["watermark"]));
    }

    private static EventTime Time(JsonNode? node) => EventTime.Parse(node!.GetValue<string>());

    private static async Task<JsonObject> SendAsync(OpsApiHost host, HttpMethod method, string? body)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/replay");
        if (body is not null)
            request.Content = JsonContent.Create(JsonNode.Parse(body));
        using var answer = await host.Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private Task<OpsApiHost> StartAsync()
    {
        SyntheticDataSet.Generate(data, orders: 20, seed: 7);
        return EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false, data: data);
    }
}
