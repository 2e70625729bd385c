using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Input that could not be taken, set aside with its reason. Nothing leaves it but by a retry that succeeds.</summary>
public interface IDeadLetters
{
    /// <summary>Sets letters aside, durably.</summary>
    /// <exception cref="DeadLettersFullException">They would take more room than they may; none of them was added.</exception>
    ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken = default);

    /// <summary>Letters that wait, oldest first, beginning after an id; the ordinal order of ids is the order of letters.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>One letter that waits, or null.</summary>
    ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>How many wait.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the letter once more to what takes its kind, and drops it; or keeps it and tells why not.</summary>
    ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default);
}

/// <summary>What a letter holds, and thereby what takes it again. The value is persisted: it never changes.</summary>
public enum DeadLetterKind
{
    /// <summary>Text that should be an event, or an event whose order could not be folded; a retry puts it on the log.</summary>
    Event = 0,

    /// <summary>A document that the search store refused, as the two lines of a bulk request; a retry sends it to the index again.</summary>
    SearchDocument = 1,

    /// <summary>A line of the dead letters' own file that cannot be read; there is nothing to retry, only to look at.</summary>
    Damaged = 2,
}

/// <summary>One piece of input that could not be taken.</summary>
/// <param name="Id">Orders letters by age; unique. <see cref="DeadLetterId"/> makes it.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="Origin">Where it came from: a file and line, a request and line, or a topic, partition and offset.</param>
/// <param name="Field">The field at fault, if one is.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Content">The input itself, byte for byte.</param>
/// <param name="Kind">What takes it again.</param>
public sealed record DeadLetter(
    string Id, DateTimeOffset At, string Origin, string? Field, string Reason, RawContent Content, DeadLetterKind Kind = DeadLetterKind.Event)
{
    /// <summary>Where it came from, fit to be shown.</summary>
    public string Origin { get; init => field = ShownText.Escape(value); } = ShownText.Escape(Origin);

    /// <summary>The field at fault, if one is, fit to be shown.</summary>
    public string? Field { get; init => field = value is null ? null : ShownText.Escape(value); } = Field is null ? null : ShownText.Escape(Field);

    /// <summary>What is wrong, fit to be shown.</summary>
    public string Reason { get; init => field = ShownText.Escape(value); } = ShownText.Escape(Reason);
}

/// <summary>How a retry ended.</summary>
public enum DeadLetterOutcome
{
    /// <summary>What the letter holds is where it belongs now, and the letter is gone.</summary>
    Retried,

    /// <summary>The letter still cannot be taken.</summary>
    StillBad,

    /// <summary>No letter has this id.</summary>
    NotFound,
}

/// <summary>The result of a retry.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why the letter still cannot be taken, and what to do.</param>
public sealed record DeadLetterRetry(DeadLetterOutcome Outcome, string? Reason = null);

/// <summary>The dead letters take all the room that they may.</summary>
/// <param name="message">How much, where, and what to do.</param>
public sealed class DeadLettersFullException(string message) : IOException(message);
