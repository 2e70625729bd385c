namespace Eip.Pipeline.Ports;

/// <summary>Input that could not be taken, set aside with its reason. Nothing leaves it but by a retry that succeeds.</summary>
public interface IDeadLetters
{
    /// <summary>Sets letters aside, durably.</summary>
    ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken = default);

    /// <summary>Letters that wait, oldest first, beginning after an id.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>One letter that waits, or null.</summary>
    ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>How many wait.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the letter again, puts its event on the log and drops the letter; or keeps it and tells why not.</summary>
    ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default);
}

/// <summary>One piece of input that could not be taken.</summary>
/// <param name="Id">Orders letters by age; unique.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="Origin">Where it came from: a file and line, a request and line, or a topic, partition and offset.</param>
/// <param name="Field">The field at fault, if one is.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Content">The input itself, as text.</param>
public sealed record DeadLetter(string Id, DateTimeOffset At, string Origin, string? Field, string Reason, string Content);

/// <summary>How a retry ended.</summary>
public enum DeadLetterOutcome
{
    /// <summary>The event is on the log now and the letter is gone.</summary>
    Retried,

    /// <summary>The letter still cannot be taken.</summary>
    StillBad,

    /// <summary>No letter has this id.</summary>
    NotFound,
}

/// <summary>The result of a retry.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why the letter still cannot be taken.</param>
public sealed record DeadLetterRetry(DeadLetterOutcome Outcome, string? Reason = null);
