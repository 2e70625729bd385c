using System.Net;
using System.Text.Json.Nodes;
using Eip.Api.Health;
using Eip.Api.Tests.Memory;
using Eip.Tests.OpsApi;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Api.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_host_whose_folds_stand_still_before_a_growing_log_is_not_ready_until_they_move()
    {
        var clock = new ManualClock();
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(pipeline: memory => pipeline = memory, clock: clock);
        (await ReadyAsync(host)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Move(TimeSpan.FromMinutes(10));
        (await ReadyAsync(host)).Status.ShouldBe(HttpStatusCode.OK);
        pipeline!.IsStalled = true;
        using (await host.PostEventsAsync(Fixtures.Ndjson(Fixtures.Orders(3, 1))))
            (await ReadyAsync(host)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Move(TimeSpan.FromSeconds(11));
        var (status, health) = await ReadyAsync(host);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        health["reason"]!.GetValue<string>().ShouldContain("none was folded for 11 s");
        (await host.GetAsync("/health/live"))["status"]!.GetValue<string>().ShouldBe("live");
        pipeline.IsStalled = false;
        using (await host.PostEventsAsync(Fixtures.Ndjson(Fixtures.Orders(3, 1))))
            (await ReadyAsync(host)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_that_has_not_joined_is_not_ready_and_says_why()
    {
        var condition = new Joining();
        await using var host = await MemoryHost.StartAsync(services: services => services.AddSingleton<IReadinessCondition>(condition));
        var (status, health) = await ReadyAsync(host);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        health["reason"]!.GetValue<string>().ShouldBe("The cluster is being joined.");
        condition.HasJoined = true;
        (await ReadyAsync(host)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_name_routes_and_never_orders()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.FeedAsync(Fixtures.Orders(5, 1));
        using (await host.Client.GetAsync("/api/v1/shipments/an-order-of-nobody"))
        {
            string text = await host.Client.GetStringAsync("/metrics");
            text.ShouldContain("eip_api_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/shipments/{orderId}\",status=\"404\"} 1");
            text.ShouldContain("eip_api_ingest_events_total{outcome=\"appended\"}");
            text.ShouldNotContain("an-order-of-nobody");
            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                line.ShouldMatch(@"^(# (HELP|TYPE) .+|[a-z_]+(\{[^}]*(\{[^}]*\}[^}]*)?\})? [-+.0-9E]+|.*\+Inf.*)$");
        }
    }

    [Fact]
    public async Task Two_hosts_in_one_process_count_their_own_requests()
    {
        await using var one = await MemoryHost.StartAsync();
        await using var other = await MemoryHost.StartAsync();
        using var asked = await one.Client.GetAsync("/api/v1/stuck");
        (await one.Client.GetStringAsync("/metrics")).ShouldContain("route=\"/api/v1/stuck\"");
        (await other.Client.GetStringAsync("/metrics")).ShouldNotContain("route=\"/api/v1/stuck\"");
    }

    private static async Task<(HttpStatusCode Status, JsonNode Health)> ReadyAsync(OpsApiHost host)
    {
        using var answer = await host.Client.GetAsync("/health/ready");
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private sealed class Joining : IReadinessCondition
    {
        public bool HasJoined { get; set; }

        public string? Waiting() => HasJoined ? null : "The cluster is being joined.";
    }
}
