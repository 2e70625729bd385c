using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>Against an Elasticsearch that the test kills and starts again.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task A_write_that_meets_a_crash_waits_and_everything_is_there_afterwards()
    {
        string data = Directory.CreateTempSubdirectory("eip-elasticsearch-").FullName;
        try
        {
            await using var server = Servers.OwnElasticsearch(data);
            server.Start();
            var node = new Uri($"http://127.0.0.1:{server.Port}");
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
            await store.Store.Indices.RefreshAsync();
            (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(events)).ShouldBeTrue();
            store.DeadLetters.Letters.ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_again_until_it_has_everything()
    {
        string data = Directory.CreateTempSubdirectory("eip-elasticsearch-").FullName;
        try
        {
            // One writer and room for one that waits: whatever else comes at once is answered 429.
            await using var server = Servers.OwnElasticsearch(data, "node.processors=1", "thread_pool.write.queue_size=1");
            server.Start();
            await using var store = new TestStore(new Uri($"http://127.0.0.1:{server.Port}"), static options =>
            {
                options.BulkBytes = 20_000;
                options.ConcurrentBulks = 16;
            });
            await store.Store.Indices.EnsureAsync();
            var events = SomeCases.Events(1_500, seed: 22);
            var cases = SomeCases.Snapshots(events);
            await Task.WhenAll(cases.Chunk(100).Select(chunk => store.Store.Projection.StoreAsync(chunk)));
            await store.Store.Indices.RefreshAsync();
            (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(events)).ShouldBeTrue();
            store.DeadLetters.Letters.ShouldBeEmpty();
            var pools = (await store.SendAsync(HttpMethod.Get, "/_nodes/stats/thread_pool"))["nodes"]!.AsObject().Single().Value!["thread_pool"]!;
            pools["write"]!["rejected"]!.GetValue<long>().ShouldBeGreaterThan(0);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_that_stands_still_is_waited_for()
    {
        string data = Directory.CreateTempSubdirectory("eip-elasticsearch-").FullName;
        try
        {
            await using var server = Servers.OwnElasticsearch(data);
            server.Start();
            await using var store = new TestStore(new Uri($"http://127.0.0.1:{server.Port}"), static options => options.RequestTimeout = TimeSpan.FromSeconds(2));
            await store.Store.Indices.EnsureAsync();
            var events = SomeCases.Events(300, seed: 23);
            await server.SignalAsync("STOP");
            var writing = store.Store.Projection.StoreAsync(SomeCases.Snapshots(events));
            // Two requests run out of time, and the server may still carry them out when it goes on.
            await Task.Delay(TimeSpan.FromSeconds(5));
            writing.IsCompleted.ShouldBeFalse();
            await server.SignalAsync("CONT");
            await writing;
            await store.Store.Indices.RefreshAsync();
            (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(events)).ShouldBeTrue();
            store.DeadLetters.Letters.ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
