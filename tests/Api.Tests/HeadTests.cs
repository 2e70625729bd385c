using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class HeadTests
{
    [Fact]
    public async Task HEAD_is_GET_without_a_body_at_every_path_of_the_document_and_of_its_page()
    {
        await using var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        await host.FeedAsync(Fixtures.Orders(20, 5));
        await host.FeedAsync([Fixtures.Event(Fixtures.HexId(1), Domain.EventType.OrderPlaced, "2018-01-12T12:00:00Z")]);
        var paths = (await host.GetAsync("/openapi/v1.json"))["paths"]!.AsObject().Where(static path => path.Value!["get"] is not null)
            .Select(static path => path.Key).Concat(["/openapi", "/openapi/v1.json", "/openapi/page.js", "/openapi/page.css"]);
        foreach (string pattern in paths)
        {
            string path = pattern.Replace("{orderId}", Fixtures.HexId(1), StringComparison.Ordinal).Replace("{seller}/{customer}", "SP/RJ", StringComparison.Ordinal)
                + (pattern.EndsWith("/compare", StringComparison.Ordinal) ? "?a=SP-RJ&b=RJ-SP" : "");
            using var get = await SendAsync(host, HttpMethod.Get, path);
            using var head = await SendAsync(host, HttpMethod.Head, path);
            head.StatusCode.ShouldBe(get.StatusCode, path);
            head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType, path);
            head.Content.Headers.ContentLength.ShouldBe(pattern == "/metrics" ? head.Content.Headers.ContentLength : get.Content.Headers.ContentLength, path);
            head.Headers.ETag.ShouldBe(get.Headers.ETag, path);
            (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty(path);
        }
    }

    [Theory]
    [InlineData("OPTIONS", "/api/v1/lanes", "GET, HEAD")]
    [InlineData("POST", "/health/live", "GET, HEAD")]
    [InlineData("PUT", "/api/v1/replay", "DELETE, GET, HEAD, PATCH, POST")]
    [InlineData("HEAD", "/api/v1/events", "POST")]
    public async Task A_method_that_a_path_does_not_have_is_answered_with_those_that_it_has(string method, string path, string allowed)
    {
        await using var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        using var answer = await SendAsync(host, new HttpMethod(method), path);
        ((int)answer.StatusCode).ShouldBe(405);
        answer.Content.Headers.Allow.Order().ShouldBe(allowed.Split(", "));
    }

    [Fact]
    public async Task HEAD_of_an_export_or_a_live_stream_ends_at_once()
    {
        await using var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        foreach (string path in new[] { "/api/v1/live", "/api/v1/shipments?format=csv" })
        {
            using var answer = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path)).WaitAsync(TimeSpan.FromSeconds(10));
            ((int)answer.StatusCode).ShouldBe(200);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(OpsApiHost host, HttpMethod method, string path) =>
        host.Client.SendAsync(new HttpRequestMessage(method, path), HttpCompletionOption.ResponseHeadersRead);
}
