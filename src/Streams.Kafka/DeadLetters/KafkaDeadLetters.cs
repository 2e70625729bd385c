using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.Options;

namespace Eip.Streams.Kafka.DeadLetters;

/// <summary>
/// The dead-letter topic as operators see it. A letter that was retried is followed by a record without a value, which also lets the topic's compaction
/// take it away. Safe for use by several callers at once.
/// </summary>
/// <param name="options">Where the topic lives.</param>
/// <param name="log">Where events of letters that are retried go.</param>
/// <param name="takers">What takes other kinds of letters again, if anything does; asked for at the first such retry.</param>
public sealed class KafkaDeadLetters(KafkaLogOptions options, IEventSink log, Func<IEnumerable<IDeadLetterTaker>>? takers = null) : IDeadLetters, IDisposable
{
    private readonly DeadLetterTakers takers = new(log, takers);
    private readonly DeadLetterWriter writer = new(options);
    private readonly SemaphoreSlim turn = new(1);
    private readonly DeadLetterIndex index = new(options);

    /// <inheritdoc/>
    /// <exception cref="KafkaUnavailableException">The brokers did not take a letter.</exception>
    public async ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(letters.Select(letter => WriteAsync(DeadLetterRecord.Of(letter), cancellationToken)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync(() => index.List(afterId, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        ReadAsync(() => index.Find(id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(() => index.Count, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="KafkaUnavailableException">The event is on the log, but the letter could not be dropped; retrying again is harmless.</exception>
    public async ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken) is not { } letter)
            return new DeadLetterRetry(DeadLetterOutcome.NotFound);
        if (await takers.TakeAsync(letter, cancellationToken) is { } reason)
            return new DeadLetterRetry(DeadLetterOutcome.StillBad, reason);
        await WriteAsync(DeadLetterRecord.Retried(id), cancellationToken);
        return new DeadLetterRetry(DeadLetterOutcome.Retried);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        index.Dispose();
        turn.Dispose();
    }

    private Task WriteAsync(Confluent.Kafka.Message<string, byte[]?> letter, CancellationToken cancellationToken) =>
        KafkaUnavailableException.GuardAsync(() => writer.WriteAsync(letter, cancellationToken));

    // The client blocks while it reads, so a reading caller borrows a thread, one at a time.
    private async ValueTask<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await KafkaUnavailableException.GuardAsync(() => Task.Run(
                () =>
                {
                    index.CatchUp(cancellationToken);
                    return read();
                },
                cancellationToken));
        }
        finally
        {
            turn.Release();
        }
    }
}
