using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>Sends a document that was refused to its index again, as its letter holds it; a newer one that is stored meanwhile wins.</summary>
internal sealed class RefusedDocuments(ElasticsearchConnection connection) : IDeadLetterTaker
{
    /// <inheritdoc/>
    public DeadLetterKind Kind => DeadLetterKind.SearchDocument;

    /// <inheritdoc/>
    public async ValueTask<string?> TakeAsync(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        const string Path = "/_bulk?filter_path=items.*.status,items.*.error&require_alias=true";
        var answer = await connection.SendAsync(HttpMethod.POST, Path, letter.Content.Bytes, isLines: true, cancellationToken);
        if (!answer.IsSuccess)
            return $"The search store does not take it now: {answer.Reason}";
        var outcome = BulkOutcome.Of(answer);
        if (outcome.Stored + outcome.Superseded > 0)
            return null;
        string reason = outcome.Refused.Count > 0 ? outcome.Refused[0].Reason : outcome.AgainReason ?? "no answer";
        return $"The search store refuses it still: {reason}. Correct the index or its mapping and retry, or make it anew with 'eip rebuild --search'.";
    }
}
