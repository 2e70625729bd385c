using Eip.Api.Caching;
using Eip.Domain;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class CachingTests
{
    [Fact]
    public async Task An_answer_tells_whether_it_was_kept_and_for_how_long()
    {
        var clock = new ManualClock();
        await using var host = await MemoryHost.StartAsync(clock: clock);
        (await HeadersAsync(host, "/api/v1/lanes")).ShouldBe(("miss", "0"));
        clock.Move(TimeSpan.FromSeconds(1.5));
        (await HeadersAsync(host, "/api/v1/lanes")).ShouldBe(("hit", "1"));
        clock.Move(TimeSpan.FromSeconds(1));
        (await HeadersAsync(host, "/api/v1/lanes")).ShouldBe(("miss", "0"));
        (await HeadersAsync(host, "/api/v1/shipments")).ShouldBe(("bypass", null));
    }

    [Fact]
    public async Task The_same_question_has_one_answer_in_whatever_order_its_parameters_come()
    {
        await using var host = await MemoryHost.StartAsync(clock: new ManualClock());
        (await HeadersAsync(host, "/api/v1/lanes?days=7&sort=-lateRate")).Cache.ShouldBe("miss");
        (await HeadersAsync(host, "/api/v1/lanes?sort=-lateRate&days=7")).Cache.ShouldBe("hit");
        (await HeadersAsync(host, "/api/v1/lanes?sort=-lateRate&days=30")).Cache.ShouldBe("miss");
    }

    [Theory]
    [InlineData("days=7%0Asort=-lateRate")]
    [InlineData("days=7%26sort=-lateRate")]
    [InlineData("days=7%3Dsort&sort=-lateRate")]
    public async Task What_parts_the_pieces_of_a_question_parts_nothing_within_them(string question)
    {
        await using var host = await MemoryHost.StartAsync(clock: new ManualClock());
        await host.GetAsync("/api/v1/lanes?days=7&sort=-lateRate");
        (await host.RefusedAsync("/api/v1/lanes?" + question)).Problem["field"]!.GetValue<string>().ShouldBe("days");
    }

    [Theory]
    [InlineData("/api/v1/overview", "overview")]
    [InlineData("/api/v1/lanes/SP/RJ", "lane")]
    [InlineData("/api/v1/stuck", "stuck")]
    public async Task A_kept_answer_tells_the_moment_of_its_computation_and_is_never_older_than_its_time(string path, string endpoint)
    {
        var clock = new ManualClock();
        await using var host = await MemoryHost.StartAsync(clock: clock);
        using (await host.PostEventsAsync(Fixtures.Ndjson(Fixtures.Orders(200, 3))))
            clock.Move(TimeSpan.FromSeconds(1));
        string computed = (await host.GetAsync(path))["asOf"]!.GetValue<string>();
        clock.Move(CachePolicy.For(endpoint) - TimeSpan.FromMilliseconds(1));
        (await host.GetAsync(path))["asOf"]!.GetValue<string>().ShouldBe(computed);
        clock.Move(TimeSpan.FromMilliseconds(1));
        EventTime.Parse((await host.GetAsync(path))["asOf"]!.GetValue<string>()).ShouldBeGreaterThan(EventTime.Parse(computed));
    }

    [Fact]
    public async Task A_refusal_is_not_kept_and_carries_no_validator()
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (string path in new[] { "/api/v1/lanes?days=x", "/api/v1/lanes/XX/YY", "/api/v1/shipments/none" })
        {
            using var answer = await host.Client.GetAsync(path);
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue(path);
            answer.Headers.ETag.ShouldBeNull(path);
            answer.Headers.Contains("X-Cache").ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task A_validator_changes_with_the_answer_and_not_with_the_time()
    {
        var clock = new ManualClock();
        await using var host = await MemoryHost.StartAsync(clock: clock);
        string order = Fixtures.HexId(1);
        using (await host.PostEventsAsync(Fixtures.Ndjson([Fixtures.Event(order, EventType.OrderPlaced, "2018-06-01T00:00:00Z")])))
            clock.Move(TimeSpan.FromHours(1));
        string first = await TagAsync();
        clock.Move(TimeSpan.FromHours(1));
        (await TagAsync()).ShouldBe(first);
        using (await host.PostEventsAsync(Fixtures.Ndjson([Fixtures.Event(order, EventType.OrderApproved, "2018-06-02T00:00:00Z")])))
            clock.Move(TimeSpan.FromHours(1));
        (await TagAsync()).ShouldNotBe(first);

        async Task<string> TagAsync()
        {
            using var answer = await host.Client.GetAsync("/api/v1/shipments/" + order);
            return answer.Headers.ETag!.ToString();
        }
    }

    [Fact]
    public async Task Answers_are_packed_for_those_who_ask_for_it()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.FeedAsync(Fixtures.Orders(30, 3));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/shipments");
        request.Headers.Add("Accept-Encoding", "br");
        using var answer = await host.Client.SendAsync(request);
        answer.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        using var unpacked = new System.IO.Compression.BrotliStream(await answer.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        System.Text.Json.Nodes.JsonNode.Parse(unpacked)!["total"]!.GetValue<int>().ShouldBe(30);
    }

    private static async Task<(string? Cache, string? Age)> HeadersAsync(OpsApiHost host, string path)
    {
        using var answer = await host.Client.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return (One("X-Cache"), One("Age"));
        string? One(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
    }
}
