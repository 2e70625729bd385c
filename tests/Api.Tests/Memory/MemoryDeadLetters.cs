using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Tests.Memory;

internal sealed class MemoryDeadLetters(IEventSink sink) : IDeadLetters
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, DeadLetter> letters = new(StringComparer.Ordinal);

    public ValueTask AddAsync(IReadOnlyCollection<DeadLetter> added, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            foreach (var letter in added)
                letters.Add(letter.Id, letter);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<DeadLetter>>(
                [.. letters.Values.Where(letter => afterId is null || string.CompareOrdinal(letter.Id, afterId) > 0).Take(limit)]);
        }
    }

    public ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult(letters.GetValueOrDefault(id));
    }

    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult((long)letters.Count);
    }

    public async ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken) is not { } letter)
            return new DeadLetterRetry(DeadLetterOutcome.NotFound);
        if (!EventJson.TryRead(letter.Content.Bytes.Span, out var @event, out var error))
            return new DeadLetterRetry(DeadLetterOutcome.StillBad, error.ToString());
        await sink.AppendAsync(new[] { @event }, cancellationToken);
        lock (gate)
            letters.Remove(id);
        return new DeadLetterRetry(DeadLetterOutcome.Retried);
    }
}
