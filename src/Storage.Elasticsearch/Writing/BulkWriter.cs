using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Indices;
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
    private const int TooLarge = 413;
    private readonly MappingCheck mappings = new(connection, options);
    private readonly SemaphoreSlim slots = new(options.ConcurrentBulks);

    /// <summary>Writes documents to existing aliases, or to indices by their own name.</summary>
    public async Task WriteAsync(BulkLines documents, bool toAlias, CancellationToken cancellationToken)
    {
        // Of a document that is stored, its status is all there is to know.
        string path = $"/_bulk?filter_path=items.*.status,items.*.error{(toAlias ? "&require_alias=true" : "")}";
        await Task.WhenAll(BulkPart.Divide(documents, options.BulkBytes).Select(async part =>
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                await SendAsync(path, part, cancellationToken);
            }
            finally
            {
                slots.Release();
            }
        }));
    }

    public void Dispose() => slots.Dispose();

    private async Task SendAsync(string path, BulkPart part, CancellationToken cancellationToken)
    {
        var backoff = connection.StartBackoff();
        bool isIndexSound = false;
        while (true)
        {
            var body = part.Body;
            long started = TimeProvider.System.GetTimestamp();
            var answer = await connection.SendAsync(HttpMethod.POST, path, body, isLines: true, cancellationToken);
            connection.Instruments.BulkSent(body.Length, TimeProvider.System.GetElapsedTime(started));
            if (answer.IsSuccess)
            {
                var outcome = BulkOutcome.Of(answer);
                isIndexSound = await JudgeAsync(part, outcome, isIndexSound, cancellationToken);
                await SettleAsync(part, outcome, cancellationToken);
                if (outcome.Again.Count == 0)
                    return;
                part = part.Only(outcome.Again);
            }
            else if (answer.Status == TooLarge || answer.Error?.IsOfTheDocument == true)
            {
                await DivideAsync(path, part, answer, cancellationToken);
                return;
            }
            else
            {
                // Also what an operator has to put right, such as a key that is not accepted: it is waited for.
                connection.Writing.Goes(answer.Reason);
            }

            connection.Instruments.Retried();
            await backoff.WaitAsync(cancellationToken);
        }
    }

    private async Task SettleAsync(BulkPart part, BulkOutcome outcome, CancellationToken cancellationToken)
    {
        connection.Instruments.Stored(outcome.Stored);
        connection.Instruments.Superseded(outcome.Superseded);
        if (outcome.Refused.Count > 0)
            await SetAsideAsync(part, outcome.Refused, cancellationToken);
        if (outcome.Again.Count > 0)
            connection.Writing.Goes(outcome.AgainReason!);
        else
            connection.Writing.Ends();
    }

    // A document that an index of another mapping refuses may be as good as any. The index may have been put right between the refusal and the look
    // at it: so a document is at fault when it is refused once more by an index that was seen to be sound. Tells whether that was seen now.
    private async Task<bool> JudgeAsync(BulkPart part, BulkOutcome outcome, bool wasSound, CancellationToken cancellationToken)
    {
        bool isSound = true;
        foreach (var refused in outcome.Refused.GroupBy(refused => part[refused.Number].Index).ToList())
        {
            string? fault = await mappings.FaultAsync(refused.Key, cancellationToken);
            isSound &= fault is null;
            if (fault is null && wasSound)
                continue;
            foreach (var (number, reason) in refused)
                outcome.Wait(number, fault ?? reason);
            outcome.Refused.RemoveAll(refusal => part[refusal.Number].Index == refused.Key);
        }

        return isSound && outcome.Again.Count > 0;
    }

    // A request that is refused as a whole is cut in two until the document at fault is found.
    private async Task DivideAsync(string path, BulkPart part, ElasticsearchAnswer answer, CancellationToken cancellationToken)
    {
        if (part.Count == 1)
        {
            await SetAsideAsync(part, [(0, answer.Reason)], cancellationToken);
            return;
        }

        int half = part.Count / 2;
        await SendAsync(path, part with { Count = half }, cancellationToken);
        await SendAsync(path, part with { First = part.First + half, Count = part.Count - half }, cancellationToken);
    }

    private async Task SetAsideAsync(BulkPart part, List<(int Number, string Reason)> refused, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var letters = new List<DeadLetter>(refused.Count);
        foreach (var (number, reason) in refused)
        {
            var document = part[number];
            LogRefused(document.Index, document.Id, reason);
            string origin = $"elasticsearch {document.Index}/{document.Id}";
            var lines = new RawContent(part.Lines.Action(document).ToArray());
            letters.Add(new DeadLetter(DeadLetterId.Next(now), now, origin, null, reason, lines, DeadLetterKind.SearchDocument));
        }

        connection.Instruments.Refused(refused.Count);
        await deadLetters.AddAsync(letters, cancellationToken);
    }
}
