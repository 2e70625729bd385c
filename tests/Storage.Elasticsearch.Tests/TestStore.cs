using System.Text;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Testing;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>A store with indices of its own, which go with it.</summary>
internal sealed class TestStore : ISearchUnderTest
{
    private readonly HttpClient http;

    public TestStore(Uri node, Action<ElasticsearchOptions>? change = null)
    {
        string name = $"test{Guid.NewGuid():N}"[..16];
        Options = new ElasticsearchOptions
        {
            Nodes = [node],
            ShipmentsAlias = $"{name}-shipments",
            EventsAlias = $"{name}-events",
            Replicas = 0,
            RefreshInterval = TimeSpan.FromMinutes(1),
            Pause = TimeSpan.FromMilliseconds(20),
            MaxPause = TimeSpan.FromMilliseconds(500),
            SearchPatience = TimeSpan.FromSeconds(30),
        };
        change?.Invoke(Options);
        http = new HttpClient { BaseAddress = node };
        Store = new ElasticsearchStore(Options, DeadLetters);
    }

    public ElasticsearchOptions Options { get; }

    public ElasticsearchStore Store { get; }

    public MemoryDeadLetters DeadLetters { get; } = new();

    public ICaseSearch Search => Store.Search;

    public static async Task<TestStore> StartAsync(Action<ElasticsearchOptions>? change = null)
    {
        var store = new TestStore(Servers.Elasticsearch(), change);
        await store.Store.Indices.EnsureAsync();
        return store;
    }

    public async Task ApplyAsync(IReadOnlyList<FulfillmentCase> cases)
    {
        await Store.Projection.StoreAsync([.. cases.Select(CaseSnapshot.Of)]);
        await Store.Indices.RefreshAsync();
    }

    /// <summary>Speaks to the server without the store.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string alias in (string[])[Options.ShipmentsAlias, Options.EventsAlias])
        {
            foreach (var index in (await SendAsync(HttpMethod.Get, $"/{alias}-v*/_mapping")).AsObject())
                await SendAsync(HttpMethod.Delete, $"/{index.Key}");
            await SendAsync(HttpMethod.Delete, $"/_index_template/{alias}");
        }

        await SendAsync(HttpMethod.Delete, $"/_ilm/policy/{Options.ShipmentsAlias}");
        Store.Dispose();
        http.Dispose();
    }
}
