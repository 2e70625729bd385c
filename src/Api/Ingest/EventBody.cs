using System.Buffers;
using System.IO.Pipelines;
using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Ingest;

/// <summary>
/// Reads a body of events as it arrives: NDJSON, or a JSON array, told apart by the first letter. What cannot be read becomes a dead letter with its
/// line and all its bytes; only a body that is too long, has too many events or too much that cannot be read, or is an array without its commas or its
/// end, is refused as a whole. Every byte is looked at once, however the body is cut into pieces.
/// </summary>
internal sealed class EventBody(EipApiOptions options, string origin, DateTimeOffset at) : IDisposable
{
    // What a letter takes beside its content.
    private const int LetterOverhead = 256;

    // A text that is longer by this factor than an event may be is no mistake in an event.
    private const int LongestText = 8;

    private FulfillmentEvent[] events = ArrayPool<FulfillmentEvent>.Shared.Rent(1_024);
    private byte[] joined = ArrayPool<byte>.Shared.Rent(1_024);
    private long consumed;
    private long setAside;
    private int count;

    /// <summary>Events that were read, in order.</summary>
    public ReadOnlyMemory<FulfillmentEvent> Events => events.AsMemory(0, count);

    /// <summary>Lines that were not, in order.</summary>
    public List<DeadLetter> Letters { get; } = [];

    /// <summary>What is told of them.</summary>
    public List<BadLine> BadLines { get; } = [];

    /// <summary>How many lines, or elements, there were; blank lines do not count.</summary>
    public long Received { get; private set; }

    /// <summary>How many bytes there were.</summary>
    public long Length { get; private set; }

    /// <summary>Reads it all.</summary>
    /// <exception cref="ApiProblemException">The body is refused as a whole.</exception>
    public async ValueTask ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var start = new BodyStart();
        IBodyForm? form = null;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            Length = consumed + buffer.Length;
            if (Length > options.MaxIngestBytes)
                throw TooLarge("too-large", $"The events of a request take at most {options.MaxIngestBytes} bytes.");
            long before = buffer.Length;
            form ??= start.Read(ref buffer, read.IsCompleted);
            form?.Read(ref buffer, read.IsCompleted, this);
            consumed += before - buffer.Length;
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                break;
        }

        form?.Finish();
    }

    public void Dispose()
    {
        ArrayPool<FulfillmentEvent>.Shared.Return(events);
        ArrayPool<byte>.Shared.Return(joined);
    }

    /// <summary>Takes the text of one event; <paramref name="number"/> is its line, or its place in an array, from 1.</summary>
    internal void Take(long number, in ReadOnlySequence<byte> text)
    {
        CheckOpen(number, text.Length);
        Take(number, Joined(text));
    }

    /// <summary>Takes the text of one event.</summary>
    internal void Take(long number, ReadOnlySpan<byte> text)
    {
        text = text.Trim(BodyLines.Blanks);
        if (text.IsEmpty)
            return;
        if (++Received > options.MaxEvents)
            throw TooLarge("too-many", $"A request has at most {options.MaxEvents} events.");
        if (text.Length > options.MaxEventBytes)
            SetAside(number, new EventError(null, $"It has more than {options.MaxEventBytes} bytes."), text);
        else if (EventJson.TryRead(text, out var @event, out var error))
            Add(@event);
        else
            SetAside(number, error, text);
    }

    /// <summary>Refuses the body when a text that has not ended yet is longer than is worth keeping.</summary>
    internal void CheckOpen(long number, long length)
    {
        long most = (long)LongestText * options.MaxEventBytes;
        if (length > most)
            throw TooLarge("too-large", $"Line or element {number} has more than {most} bytes; none of the body was taken.");
    }

    private static ApiProblemException TooLarge(string kind, string detail) => new(StatusCodes.Status413PayloadTooLarge, kind, null, detail);

    private void Add(in FulfillmentEvent @event)
    {
        if (count == events.Length)
        {
            var larger = ArrayPool<FulfillmentEvent>.Shared.Rent(count * 2);
            events.AsSpan().CopyTo(larger);
            ArrayPool<FulfillmentEvent>.Shared.Return(events);
            events = larger;
        }

        events[count++] = @event;
    }

    private void SetAside(long number, EventError error, ReadOnlySpan<byte> text)
    {
        setAside += text.Length + LetterOverhead;
        if (setAside > options.MaxSetAsideBytes)
        {
            throw TooLarge(
                "too-many-bad",
                $"{Letters.Count + 1} of {Received} lines cannot be read and take more than the {options.MaxSetAsideBytes} bytes that are set aside of a "
                + $"request; line {number}: {error}. None of the body was taken: correct it, or send it in parts.");
        }

        var letter = new DeadLetter(
            DeadLetterId.Next(at), at, $"{origin}, line {number}", error.Field, error.Reason, new RawContent(text.ToArray()));
        Letters.Add(letter);
        BadLines.Add(new BadLine(number, error.Field, error.Reason, letter.Id));
    }

    private ReadOnlySpan<byte> Joined(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment)
            return text.FirstSpan;
        int length = (int)text.Length;
        if (joined.Length < length)
        {
            ArrayPool<byte>.Shared.Return(joined);
            joined = ArrayPool<byte>.Shared.Rent(length);
        }

        text.CopyTo(joined);
        return joined.AsSpan(0, length);
    }
}
