using System.Net.Sockets;
using System.Text;
using Eip.Domain;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class OrderPathTests
{
    private static readonly string[] Ids = ["a/b", "a%2Fb", "a%252Fb", ".", "..", "%", "%2E", "a b", "a+b", "?", "é", "timeline", "\\", "a//b", "%41", "A"];

    [Fact]
    public async Task Every_id_escaped_once_in_the_path_answers_its_own_order()
    {
        await using var host = await OrdersAsync();
        foreach (string id in Ids.Except([".", ".."]))
        {
            (await host.GetAsync("/api/v1/shipments/" + Uri.EscapeDataString(id)))["orderId"]!.GetValue<string>().ShouldBe(id);
            var timeline = await host.GetAsync($"/api/v1/shipments/{Uri.EscapeDataString(id)}/timeline");
            timeline["items"]![0]!["orderId"]!.GetValue<string>().ShouldBe(id);
        }
    }

    [Fact]
    public async Task Ids_that_clients_take_out_of_paths_are_asked_for_by_a_parameter()
    {
        await using var host = await OrdersAsync();
        foreach (string id in Ids)
        {
            (await host.GetAsync("/api/v1/shipments/-?id=" + Uri.EscapeDataString(id)))["orderId"]!.GetValue<string>().ShouldBe(id);
            var timeline = await host.GetAsync("/api/v1/shipments/-/timeline?id=" + Uri.EscapeDataString(id));
            timeline["items"]![0]!["orderId"]!.GetValue<string>().ShouldBe(id);
        }
    }

    [Theory]
    [InlineData("/api/v1/shipments/%2E", "\"orderId\":\".\"")]
    [InlineData("/api/v1/shipments/%2e%2E/timeline", "\"orderId\":\"..\"")]
    [InlineData("/API/v1/ship%6Dents/%252E", "\"orderId\":\"%2E\"")]
    [InlineData("http://localhost/api/v1/shipments/a%252Fb", "\"orderId\":\"a%2Fb\"")]
    [InlineData("/api/v1/shipments/%FF", "400 Bad Request")]
    [InlineData("/api/v1/shipments/%", "400 Bad Request")]
    [InlineData("/api/v1/lanes/../shipments/a%252Fb", "400 Bad Request")]
    public async Task A_target_is_taken_as_it_was_sent(string target, string expected)
    {
        await using var host = await OrdersAsync();
        using var client = new TcpClient("127.0.0.1", host.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync()).ShouldContain(expected);
    }

    private static async Task<OpsApiHost> OrdersAsync()
    {
        var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        await host.FeedAsync([.. Ids.Select(static id => Fixtures.Event(id, EventType.OrderPlaced, "2018-01-12T12:00:00Z"))]);
        return host;
    }
}
