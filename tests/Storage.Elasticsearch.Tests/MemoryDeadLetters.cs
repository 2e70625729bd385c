using System.Collections.Concurrent;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Tests;

internal sealed class MemoryDeadLetters : IDeadLetters
{
    public ConcurrentQueue<DeadLetter> Letters { get; } = new();

    public ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken = default)
    {
        foreach (var letter in letters)
            Letters.Enqueue(letter);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<DeadLetter>>([.. Letters]);

    public ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Letters.FirstOrDefault(letter => letter.Id == id));

    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult((long)Letters.Count);

    public ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(new DeadLetterRetry(DeadLetterOutcome.NotFound));
}
