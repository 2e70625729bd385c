using Eip.Storage.Elasticsearch.Client;
using HttpMethod = Elastic.Transport.HttpMethod;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>A view of an index as it is when the view is opened, whatever is written afterwards.</summary>
internal sealed class PointInTime : IAsyncDisposable
{
    private readonly ElasticsearchConnection connection;

    private PointInTime(ElasticsearchConnection connection, string id) => (this.connection, Id) = (connection, id);

    public string Id { get; private set; }

    /// <exception cref="SearchIndexException">There is no such index, or there are several.</exception>
    public static async Task<PointInTime> OpenAsync(SearchedIndex index, CancellationToken cancellationToken)
    {
        var answer = await index.Connection.SendBrieflyAsync(HttpMethod.POST, $"/{index.Alias}/_pit?keep_alive=5m", cancellationToken: cancellationToken);
        if (answer.IsMissing)
            throw CardReader.Missing(index.Alias);
        using var body = answer.Parse();
        await index.CheckAsync(body.RootElement, cancellationToken);
        return new PointInTime(index.Connection, body.RootElement.GetProperty("id").GetString()!);
    }

    /// <summary>Sends a search over the view; the answer has to be disposed of.</summary>
    /// <exception cref="ElasticsearchUnavailableException">The server stayed away, or has lost the view.</exception>
    public async Task<JsonDocument> SearchAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await connection.SendBrieflyAsync(HttpMethod.POST, "/_search", body, cancellationToken);
        if (answer.IsMissing)
            throw new ElasticsearchUnavailableException($"Elasticsearch no longer has the view that this was reading: {answer.Reason}");
        var document = answer.Parse();
        CardReader.CheckWhole(document.RootElement);
        if (document.RootElement.TryGetProperty("pit_id", out var next))
            Id = next.GetString()!;
        return document;
    }

    public async ValueTask DisposeAsync()
    {
        // The server forgets it by itself too.
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = Id });
        await connection.SendAsync(HttpMethod.DELETE, "/_pit", body);
    }
}
