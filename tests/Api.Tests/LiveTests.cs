using System.Net;
using System.Net.Sockets;
using System.Text;
using Eip.Api.Tests.Memory;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CaseCard Card = NaiveModel.Of([Fixtures.Event(Fixtures.HexId(1), EventType.OrderPlaced, "2018-06-01T00:00:00Z")]).Cases.Values.Single().ToCard();
    private static readonly CaseCard Other = NaiveModel.Of([Fixtures.Event(Fixtures.HexId(2), EventType.OrderPlaced, "2018-06-01T00:00:00Z", "BA", "MG")]).Cases.Values.Single().ToCard();

    [Theory]
    [InlineData("kind=tick", "tick")]
    [InlineData("kind=alert", "alert")]
    [InlineData("lane=BA-MG", "card")]
    [InlineData("region=MG", "card")]
    [InlineData("order=00000002" + "00112233445566778899aabb", "card")]
    public async Task A_client_gets_what_its_filter_lets_through(string filter, string kind)
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(pipeline: memory => pipeline = memory);
        pipeline!.Feed.Publish(LiveKind.Card, Card, null, null);
        pipeline.Feed.Publish(LiveKind.Tick, null, null, null);
        pipeline.Feed.Publish(LiveKind.Alert, Card, "LATE", null);
        pipeline.Feed.Publish(LiveKind.Card, Other, null, null);
        await using var live = await SseReader.OpenAsync(host.Client, $"/api/v1/live?{filter}&lastEventId=0");
        var message = await live.NextAsync();
        message.Event.ShouldBe(kind);
        if (kind == "card")
            message.Data["card"]!["orderId"]!.GetValue<string>().ShouldBe(Other.OrderId.ToString());
    }

    [Fact]
    public async Task A_sign_of_life_carries_the_number_to_resume_after()
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(static options => options.LiveHeartbeat = TimeSpan.FromMilliseconds(50), memory => pipeline = memory);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live?kind=alert&lastEventId=0");
        pipeline!.Feed.Publish(LiveKind.Card, Card, null, null);
        using var answer = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var deadline = new CancellationTokenSource(Patience);
        while (await lines.ReadLineAsync(deadline.Token) != "id: 1")
        {
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_the_pipeline_goes_on()
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(
            static options => options.LiveWriteTimeout = TimeSpan.FromMilliseconds(300),
            memory =>
            {
                pipeline = memory;
                memory.Feed.Bound = 100;
            },
            url: "http://127.0.0.1:0");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        await UntilAsync(() => pipeline!.Feed.SubscriberCount == 1);
        long published = 0;
        await UntilAsync(() =>
        {
            for (int i = 0; i < 50; i++, published++)
                pipeline!.Feed.Publish(LiveKind.Card, Card, null, null);
            return pipeline!.Feed.SubscriberCount == 0;
        });
        published.ShouldBeGreaterThan(0);
        await UntilMetricsSayAsync(host, "eip_live_clients 0");
    }

    [Fact]
    public async Task A_client_that_leaves_is_forgotten()
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(pipeline: memory => pipeline = memory, url: "http://127.0.0.1:0");
        await using (await SseReader.OpenAsync(host.Client, "/api/v1/live"))
            await UntilAsync(() => pipeline!.Feed.SubscriberCount == 1);
        await UntilAsync(() => pipeline!.Feed.SubscriberCount == 0);
    }

    [Fact]
    public async Task More_clients_than_allowed_are_told_to_come_back()
    {
        await using var host = await MemoryHost.StartAsync(static options => options.MaxLiveClients = 1);
        await using var first = await SseReader.OpenAsync(host.Client, "/api/v1/live");
        using var second = await host.Client.GetAsync("/api/v1/live");
        (await OpsApiHost.ProblemAsync(second)).Status.ShouldBe(429);
        second.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_host_that_stops_does_not_wait_for_its_listeners()
    {
        var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        await using var live = await SseReader.OpenAsync(client, "/api/v1/live");
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Many_clients_that_vanish_at_once_hold_up_nobody()
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(pipeline: memory => pipeline = memory, url: "http://127.0.0.1:0");
        var sockets = await ListenersAsync(host, 100);
        await UntilAsync(() => pipeline!.Feed.SubscriberCount == sockets.Count);
        foreach (var socket in sockets)
            socket.Dispose();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (pipeline!.Feed.SubscriberCount > 0)
            await host.Client.GetStringAsync("/health/live", deadline.Token);
        await UntilMetricsSayAsync(host, "eip_live_clients 0");
    }

    private static async Task<List<Socket>> ListenersAsync(OpsApiHost host, int count)
    {
        var sockets = new List<Socket>();
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            sockets.Add(socket);
        }

        return sockets;
    }

    private static async Task UntilMetricsSayAsync(OpsApiHost host, string line)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!(await host.Client.GetStringAsync("/metrics", deadline.Token)).Contains(line, StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
    }
}
