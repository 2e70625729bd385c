using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Takes letters of one kind again.</summary>
public interface IDeadLetterTaker
{
    /// <summary>The kind.</summary>
    DeadLetterKind Kind { get; }

    /// <summary>Puts what a letter holds where it belongs, durably and idempotently.</summary>
    /// <returns>Null when it is there, otherwise why not and what to do.</returns>
    ValueTask<string?> TakeAsync(DeadLetter letter, CancellationToken cancellationToken = default);
}

/// <summary>What a host does with letters that are retried, by kind.</summary>
/// <param name="log">Where events go.</param>
/// <param name="others">What takes other kinds; asked for at the first retry, for it may itself set letters aside.</param>
public sealed class DeadLetterTakers(IEventSink log, Func<IEnumerable<IDeadLetterTaker>>? others = null)
{
    /// <summary>Gives a letter to what takes its kind.</summary>
    /// <returns>Null when it was taken, otherwise why not and what to do.</returns>
    public async ValueTask<string?> TakeAsync(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        if (letter.Kind == DeadLetterKind.Damaged)
            return "This is a damaged line of the dead letters' own file; if it names an event, post the event again.";
        if (letter.Kind == DeadLetterKind.Event)
        {
            if (!EventJson.TryRead(letter.Content.Bytes.Span, out var @event, out var error))
                return error.ToString();
            await log.AppendAsync(new[] { @event }, cancellationToken);
            return null;
        }

        var taker = (others?.Invoke() ?? []).FirstOrDefault(taker => taker.Kind == letter.Kind);
        return taker is null
            ? "Only a host that writes to the search store can take this document again; 'eip rebuild --search' makes the whole index anew."
            : await taker.TakeAsync(letter, cancellationToken);
    }
}
