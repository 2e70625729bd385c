using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

/// <summary>Dates at the edges of event time, in a host that bounds them by its clock and in one that lets them move the watermark.</summary>
public sealed class FarDatesTests
{
    private static readonly string[] Edges = ["9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"];

    [Fact]
    public async Task Every_question_is_answered_when_the_watermark_stands_at_the_end_of_event_time()
    {
        await using var host = await MemoryHost.StartAsync();
        await FeedEdgesAsync(host);
        await AskEverythingAsync(host);
        (await host.GetAsync("/api/v1/pipeline"))["watermark"]!.GetValue<string>().ShouldBe("9999-12-31T23:59:59Z");
    }

    [Fact]
    public async Task A_date_far_past_the_clock_is_told_and_leaves_watermark_and_windows_where_they_are()
    {
        await using var host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false);
        await host.FeedAsync(Fixtures.Orders(150, 5));
        string watermark = (await host.GetAsync("/api/v1/pipeline"))["watermark"]!.GetValue<string>();
        var before = (await host.GetAsync("/api/v1/lanes"))["total"]!.GetValue<int>();
        (await host.GetAsync("/api/v1/overview"))["hint"].ShouldBeNull();
        await FeedEdgesAsync(host);
        await AskEverythingAsync(host);
        var pipeline = await host.GetAsync("/api/v1/pipeline");
        pipeline["watermark"]!.GetValue<string>().ShouldBe(watermark);
        pipeline["aheadAt"]!.GetValue<string>().ShouldBe("9999-12-31T23:59:59Z");
        (await host.GetAsync("/api/v1/lanes?days=31"))["total"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(before);
        before.ShouldBeGreaterThan(0);
        var overview = await OverviewAsync(host);
        overview["hint"]!.GetValue<string>().ShouldContain("EIP_MAX_AHEAD_DAYS");
    }

    // An answer of before may be kept for a second.
    private static async Task<JsonObject> OverviewAsync(OpsApiHost host)
    {
        var overview = await host.GetAsync("/api/v1/overview?days=7");
        overview["trend"]!.AsArray().Count.ShouldBe(7);
        return overview;
    }

    private static async Task FeedEdgesAsync(OpsApiHost host)
    {
        var events = new List<FulfillmentEvent>();
        foreach (string first in Edges)
        {
            foreach (string last in Edges)
            {
                string order = $"{first} to {last}";
                events.Add(Fixtures.Event(order, EventType.OrderPlaced, first, promise: last));
                events.Add(Fixtures.Event(order, EventType.OrderApproved, first, promise: last));
                events.Add(Fixtures.Event(order, EventType.HandedToCarrier, first, promise: last));
                events.Add(Fixtures.Event(order + ", open", EventType.HandedToCarrier, first, promise: last));
                events.Add(Fixtures.Event(order, last == Edges[1] ? EventType.DeliveryDelayed : EventType.Delivered, last, promise: last));
            }
        }

        await host.FeedAsync([.. events]);
    }

    private static async Task AskEverythingAsync(OpsApiHost host)
    {
        foreach (string path in new[]
        {
            "/api/v1/overview", "/api/v1/overview?days=366", "/api/v1/lanes", "/api/v1/lanes?days=3660&to=0001-01-01", "/api/v1/lanes?days=3660&to=9999-12-31", "/api/v1/lanes/SP/RJ",
            "/api/v1/lanes/SP/RJ?to=9999-12-31", "/api/v1/lanes/SP/RJ/daily", "/api/v1/lanes/worst?minSamples=1", "/api/v1/lanes/compare?a=SP-RJ&b=SP-RJ", "/api/v1/delays/by-lane?days=3660",
            "/api/v1/delays/by-seller-region?days=3660", "/api/v1/bottlenecks/approval-to-handoff?days=3660", "/api/v1/bottlenecks/handoff-to-delivery?days=3660", "/api/v1/stuck?days=3660",
            "/api/v1/sla/violations?state=all", "/api/v1/shipments?limit=1000&facets=true", "/api/v1/shipments?sort=-leadTimeSeconds", "/api/v1/shipments?orderedTo=9999-12-31&promisedFrom=9999-12-31",
            "/api/v1/shipments?stuckIn=transit&longerThan=3000000d", "/api/v1/shipments?format=jsonl", "/api/v1/shipments?format=csv", "/api/v1/pipeline", "/metrics", "/health/ready",
            "/api/v1/at-risk", "/api/v1/alerts", "/api/v1/compare?days=3660", "/api/v1/compare?to=0001-01-01&days=1", "/api/v1/histogram?of=leadTime&from=0001-01-01&to=9999-12-31",
            "/api/v1/breakdown?of=deliveries&by=weekday&from=0001-01-01&to=9999-12-31", "/api/v1/overview?to=0001-01-01&days=1", "/api/v1/overview?to=9999-12-31&days=366",
            "/api/v1/shipments/" + Uri.EscapeDataString($"{Edges[2]} to {Edges[0]}"),
        })
        {
            using var answer = await host.Client.GetAsync(path);
            ((int)answer.StatusCode).ShouldBe(200, path);
        }
    }
}
