using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Microsoft.Extensions.Logging;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>
/// Writes documents in bulk requests of bounded size, some at once. A write completes when every document is stored, or superseded, or set aside because
/// the server refuses it for good; while the server is away or overloaded it waits. Nothing is dropped.
/// </summary>
internal sealed partial class BulkWriter(
    ElasticsearchConnection connection, ElasticsearchOptions options, IDeadLetters deadLetters, TimeProvider clock, ILogger logger) : IDisposable
{
    private const int TooLarge = 413, BadRequest = 400;
    private readonly SemaphoreSlim slots = new(options.ConcurrentBulks);

    /// <summary>Writes documents to existing aliases, or to indices by their own name.</summary>
    public async Task WriteAsync(IReadOnlyList<BulkDocument> documents, bool toAlias, CancellationToken cancellationToken)
    {
        // Of a document that is stored, its status is all there is to know.
        string path = $"/_bulk?filter_path=items.*.status,items.*.error{(toAlias ? "&require_alias=true" : "")}";
        await Task.WhenAll(Batches(documents).Select(async batch =>
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                await SendAsync(path, batch, cancellationToken);
            }
            finally
            {
                slots.Release();
            }
        }));
    }

    public void Dispose() => slots.Dispose();

    private IEnumerable<BulkDocument[]> Batches(IReadOnlyList<BulkDocument> documents)
    {
        var batch = new List<BulkDocument>();
        int length = 0;
        foreach (var document in documents)
        {
            if (batch.Count > 0 && length + document.Length > options.BulkBytes)
            {
                yield return [.. batch];
                batch.Clear();
                length = 0;
            }

            batch.Add(document);
            length += document.Length;
        }

        if (batch.Count > 0)
            yield return [.. batch];
    }

    private async Task SendAsync(string path, BulkDocument[] batch, CancellationToken cancellationToken)
    {
        var backoff = connection.StartBackoff();
        while (true)
        {
            var body = BulkDocument.Body(batch);
            long started = TimeProvider.System.GetTimestamp();
            var answer = await connection.SendAsync(HttpMethod.POST, path, body, isLines: true, cancellationToken);
            connection.Instruments.BulkSent(body.Length, TimeProvider.System.GetElapsedTime(started));
            if (answer.IsSuccess)
            {
                batch = await SettleAsync(BulkOutcome.Of(answer, batch), cancellationToken);
                if (batch.Length == 0)
                    return;
            }
            else if (answer.Status is TooLarge or BadRequest)
            {
                await DivideAsync(path, batch, answer, cancellationToken);
                return;
            }
            else
            {
                // Also what an operator has to put right, such as a key that is not accepted: it is waited for.
                LogTurnedAway(batch.Length, answer.Reason);
            }

            connection.Instruments.Retried();
            await backoff.WaitAsync(cancellationToken);
        }
    }

    private async Task<BulkDocument[]> SettleAsync(BulkOutcome outcome, CancellationToken cancellationToken)
    {
        connection.Instruments.Stored(outcome.Stored);
        connection.Instruments.Superseded(outcome.Superseded);
        if (outcome.Refused.Count > 0)
            await SetAsideAsync(outcome.Refused, cancellationToken);
        if (outcome.Again.Count > 0)
            LogTurnedAway(outcome.Again.Count, outcome.AgainReason!);
        return [.. outcome.Again];
    }

    // A request that is refused as a whole is cut in two until the document at fault is found.
    private async Task DivideAsync(string path, BulkDocument[] batch, ElasticsearchAnswer answer, CancellationToken cancellationToken)
    {
        if (batch.Length == 1)
        {
            await SetAsideAsync([(batch[0], answer.Reason)], cancellationToken);
            return;
        }

        await SendAsync(path, batch[..(batch.Length / 2)], cancellationToken);
        await SendAsync(path, batch[(batch.Length / 2)..], cancellationToken);
    }

    private async Task SetAsideAsync(List<(BulkDocument Document, string Reason)> refused, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (document, reason) in refused)
            LogRefused(document.Index, document.Id, reason);
        connection.Instruments.Refused(refused.Count);
        await deadLetters.AddAsync(
            [
                .. refused.Select(letter => new DeadLetter(
                    $"{now.ToUnixTimeMilliseconds():x12}-{Guid.NewGuid():N}",
                    now,
                    $"elasticsearch {letter.Document.Index}/{letter.Document.Id}",
                    null,
                    letter.Reason,
                    System.Text.Encoding.UTF8.GetString(letter.Document.Source))),
            ],
            cancellationToken);
    }
}
