using Eip.Pipeline.Ports;

namespace Eip.Pipeline.DeadLetters;

/// <summary>
/// Dead letters of the embedded host: <c>letters.jsonl</c> in a directory of its own, one JSON object a line, for people to read too. What was added
/// survives a crash and a loss of power once the call returns. One process adds and retries at a time; others may look. Safe for concurrent use.
/// </summary>
/// <param name="directory">The directory; it is made when the first letter comes.</param>
/// <param name="sink">Where a retry puts events; without one, letters can be added and looked at only.</param>
/// <param name="takers">What takes other kinds of letters again, if anything does; asked for at the first such retry.</param>
public sealed class FileDeadLetters(string directory, IEventSink? sink = null, Func<IEnumerable<IDeadLetterTaker>>? takers = null) : IDeadLetters, IDisposable
{
    private readonly DeadLetterTakers? takers = sink is null ? null : new DeadLetterTakers(sink, takers);
    private readonly SemaphoreSlim gate = new(1);
    private readonly LetterFile file = new(directory);

    /// <summary>The most bytes that the file may have; letters beyond are not taken, so that nobody fills the disk with them.</summary>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <inheritdoc/>
    /// <remarks>A letter whose id waits already is that letter, and is not added again.</remarks>
    /// <exception cref="IOException">Another process writes them, or the disk is full.</exception>
    public async ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken = default)
    {
        if (letters.Count == 0)
            return;
        using var turn = await TurnAsync(cancellationToken);
        file.Add(letters, MaxBytes);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default)
    {
        using var turn = await TurnAsync(cancellationToken);
        return [.. file.IdsAfter(afterId).Take(limit).Select(id => file.Find(id)!)];
    }

    /// <inheritdoc/>
    public async ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        using var turn = await TurnAsync(cancellationToken);
        return file.Find(id);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken = default)
    {
        using var turn = await TurnAsync(cancellationToken);
        return file.Count;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is nowhere to put events.</exception>
    /// <exception cref="IOException">Another process writes them, or the disk is full.</exception>
    public async ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        if (takers is null)
            throw new InvalidOperationException("These dead letters were opened to be looked at; nothing can be retried.");
        using var turn = await TurnAsync(cancellationToken);
        if (file.Find(id) is not { } letter)
            return new DeadLetterRetry(DeadLetterOutcome.NotFound);
        // The letter's content first: a crash in between leaves a letter whose retry is harmless.
        if (await takers.TakeAsync(letter, cancellationToken) is { } reason)
            return new DeadLetterRetry(DeadLetterOutcome.StillBad, reason);
        file.Remove(id);
        return new DeadLetterRetry(DeadLetterOutcome.Retried);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        gate.Dispose();
    }

    private async ValueTask<Turn> TurnAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            file.Refresh();
            return new Turn(gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    private readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
