using System.Text.Json;
using Eip.Domain;
using Eip.Storage.Elasticsearch.Documents;
using Eip.Storage.Elasticsearch.Indices;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>Reads answers of searches.</summary>
internal static class CardReader
{
    /// <summary>The card of a hit.</summary>
    /// <exception cref="SearchIndexException">The document is damaged.</exception>
    public static CaseCard Card(JsonElement hit)
    {
        try
        {
            return CardDocument.Read(hit.GetProperty("_source"));
        }
        catch (FormatException exception)
        {
            throw new SearchIndexException(
                $"The document {hit.GetProperty("_id")} of {hit.GetProperty("_index")} is damaged: {exception.Message} "
                + $"Make the index anew from the log: {SearchIndices.RebuildCommand}");
        }
    }

    /// <summary>Refuses an answer that lacks part of the cards: a total must be exact or be none.</summary>
    /// <exception cref="ElasticsearchUnavailableException">A shard did not answer, or not in time.</exception>
    public static void CheckWhole(JsonElement answer)
    {
        if (answer.GetProperty("timed_out").GetBoolean() || answer.GetProperty("_shards").GetProperty("failed").GetInt32() > 0)
            throw new ElasticsearchUnavailableException("Elasticsearch answered for a part of the index only; a shard is away.");
    }

    public static SearchIndexException Missing(string alias) =>
        new($"{alias} is missing in Elasticsearch. Make it anew from the log: {SearchIndices.RebuildCommand}");
}
