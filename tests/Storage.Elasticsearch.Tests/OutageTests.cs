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
}
