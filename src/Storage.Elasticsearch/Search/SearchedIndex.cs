using System.Globalization;
using System.Text.Json;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Indices;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>
/// The index behind an alias that is searched. An answer from as many shards as it has is its answer; one from more or fewer makes it look again, since an
/// alias of two indices would answer for both.
/// </summary>
internal sealed class SearchedIndex(ElasticsearchConnection connection, string alias)
{
    private int shards;

    public ElasticsearchConnection Connection { get; } = connection;

    public string Alias { get; } = alias;

    /// <summary>Refuses an answer that came from anything but the one index.</summary>
    /// <exception cref="SearchIndexException">The alias stands for several indices, for none, or for another's.</exception>
    /// <exception cref="ElasticsearchUnavailableException">The alias was changed meanwhile, or the server went away.</exception>
    public async ValueTask CheckAsync(JsonElement answer, CancellationToken cancellationToken)
    {
        Connection.Ownership.Check();
        int answered = answer.GetProperty("_shards").GetProperty("total").GetInt32();
        if (answered == Volatile.Read(ref shards))
            return;
        string path = $"/{Alias}/_settings/index.number_of_shards";
        var found = await Connection.SendBrieflyAsync(HttpMethod.GET, path, cancellationToken: cancellationToken);
        if (found.IsMissing)
            throw CardReader.Missing(Alias);
        using var body = found.Parse();
        var indices = body.RootElement.EnumerateObject().ToList();
        if (indices.Count > 1)
            throw SearchIndices.Several(Alias, [.. indices.Select(static index => index.Name)]);
        string? number = indices[0].Value.GetProperty("settings").GetProperty("index").GetProperty("number_of_shards").GetString();
        int now = int.Parse(number!, CultureInfo.InvariantCulture);
        Volatile.Write(ref shards, now);
        if (answered != now)
            throw new ElasticsearchUnavailableException($"The alias {Alias} was changed in Elasticsearch while it was searched.");
    }
}
