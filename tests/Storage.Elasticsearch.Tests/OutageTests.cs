using Eip.Pipeline.Ports;
using Eip.Testing;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>Against an Elasticsearch that the test kills, overloads or holds still.</summary>
public sealed class OutageTests
{
    [Fact]
    public Task A_write_that_meets_a_crash_waits_and_everything_is_there_afterwards() => OnServerAsync(async (server, node) =>
    {
        await using var store = new TestStore(node, static options => options.BulkBytes = 50_000);
        // Waits for the server by itself.
        await store.Store.Indices.EnsureAsync();
        var events = SomeCases.Events(600, seed: 21);
        var cases = SomeCases.Snapshots(events);
        await store.Store.Projection.StoreAsync(cases[..200]);
        var writing = store.Store.Projection.StoreAsync(cases[200..]);
        await server.KillAsync();
        using var impatient = new ElasticsearchStore(new() { Nodes = [node], SearchPatience = TimeSpan.FromMilliseconds(1) }, store.DeadLetters);
        await Should.ThrowAsync<ElasticsearchUnavailableException>(async () => await impatient.Search.SearchAsync(new CaseQuery()));
        server.Start();
        await writing;
        await store.Store.Indices.EnsureAsync();
        await ShouldHoldAllAsync(store, events);
    });

    [Fact]
    public Task An_overloaded_server_is_asked_again_until_it_has_everything()
    {
        // One writer and room for one that waits: whatever else comes at once is answered 429.
        string[] settings = ["node.processors=1", "thread_pool.write.queue_size=1"];
        return OnServerAsync(
            static async (_, node) =>
            {
                await using var store = new TestStore(node, static options => (options.BulkBytes, options.ConcurrentBulks) = (20_000, 16));
                await store.Store.Indices.EnsureAsync();
                var events = SomeCases.Events(1_500, seed: 22);
                await Task.WhenAll(SomeCases.Snapshots(events).Chunk(100).Select(chunk => store.Store.Projection.StoreAsync(chunk)));
                await ShouldHoldAllAsync(store, events);
                var pools = (await store.SendAsync(HttpMethod.Get, "/_nodes/stats/thread_pool"))["nodes"]!.AsObject().Single().Value!["thread_pool"]!;
                pools["write"]!["rejected"]!.GetValue<long>().ShouldBeGreaterThan(0);
            },
            settings);
    }

    [Fact]
    public Task A_server_that_stands_still_is_waited_for() => OnServerAsync(static async (server, node) =>
    {
        await using var store = new TestStore(node, static options => options.RequestTimeout = TimeSpan.FromSeconds(2));
        await store.Store.Indices.EnsureAsync();
        var events = SomeCases.Events(300, seed: 23);
        await server.SignalAsync("STOP");
        var writing = store.Store.Projection.StoreAsync(SomeCases.Snapshots(events));
        // Two requests run out of time, and the server may still carry them out when it goes on.
        await Task.Delay(TimeSpan.FromSeconds(5));
        writing.IsCompleted.ShouldBeFalse();
        await server.SignalAsync("CONT");
        await writing;
        await ShouldHoldAllAsync(store, events);
    });

    private static async Task OnServerAsync(Func<ServerProcess, Uri, Task> test, params string[] settings)
    {
        string data = Directory.CreateTempSubdirectory("eip-elasticsearch-").FullName;
        try
        {
            await using var server = Servers.OwnElasticsearch(data, settings);
            server.Start();
            await test(server, new Uri($"http://127.0.0.1:{server.Port}"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task ShouldHoldAllAsync(TestStore store, IEnumerable<Domain.FulfillmentEvent> events)
    {
        await store.Store.Indices.RefreshAsync();
        (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(events)).ShouldBeTrue();
        store.DeadLetters.Letters.ShouldBeEmpty();
    }
}
