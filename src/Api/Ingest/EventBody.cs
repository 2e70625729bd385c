using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Eip.Api.DeadLetters;
using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Ingest;

/// <summary>
/// Reads a body of events as it arrives: NDJSON, or a JSON array, told apart by the first letter. What cannot be read becomes a dead letter with its
/// line; only a body that is too long or too many, or an array that is not JSON, is refused as a whole.
/// </summary>
internal sealed class EventBody(EipApiOptions options, string origin, DateTimeOffset at) : IDisposable
{
    private FulfillmentEvent[] events = ArrayPool<FulfillmentEvent>.Shared.Rent(1_024);
    private byte[] joined = ArrayPool<byte>.Shared.Rent(1_024);
    private long consumed;
    private int count;
    private long line;
    private bool skipping;

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
    public async ValueTask ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        bool? isArray = null;
        var array = new ArrayScanner();
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            Length = consumed + buffer.Length;
            if (Length > options.MaxIngestBytes)
                throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "too-large", null, $"The events of a request take at most {options.MaxIngestBytes} bytes.");
            long before = buffer.Length;
            isArray ??= FirstLetter(ref buffer) switch { null => null, (byte)'[' => true, _ => false };
            if (isArray == true)
                array.Read(ref buffer, read.IsCompleted, this);
            else if (isArray == false)
                ReadLines(ref buffer, read.IsCompleted);
            consumed += before - buffer.Length;
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                break;
        }

        if (isArray == true)
            array.Finish();
    }

    public void Dispose()
    {
        ArrayPool<FulfillmentEvent>.Shared.Return(events);
        ArrayPool<byte>.Shared.Return(joined);
    }

    /// <summary>Takes one element of an array.</summary>
    internal void TakeElement(in ReadOnlySequence<byte> json)
    {
        line++;
        if (json.Length > options.MaxEventBytes)
            TakeBad(null, $"It has more than {options.MaxEventBytes} bytes.", json.Slice(0, options.MaxEventBytes));
        else
            Take(Joined(json));
    }

    private static byte? FirstLetter(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        // A byte order mark is no part of the text.
        if (reader.IsNext("\uFEFF"u8, advancePast: true))
            buffer = buffer.Slice(reader.Position);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        return reader.TryPeek(out byte first) ? first : null;
    }

    private void ReadLines(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        while (true)
        {
            if (buffer.FirstSpan.IndexOf((byte)'\n') is >= 0 and var quick)
            {
                TakeLine(buffer.FirstSpan[..quick], tooLong: quick > options.MaxEventBytes);
                buffer = buffer.Slice(quick + 1);
                continue;
            }

            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var text = buffer.Slice(0, end);
                bool tooLong = text.Length > options.MaxEventBytes;
                TakeLine(Joined(tooLong ? text.Slice(0, options.MaxEventBytes) : text), tooLong);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                continue;
            }

            break;
        }

        if (buffer.Length > options.MaxEventBytes)
        {
            // The rest of such a line need not be kept in memory until its end comes.
            if (!skipping)
                TakeLine(Joined(buffer.Slice(0, options.MaxEventBytes)), tooLong: true);
            skipping = true;
            buffer = buffer.Slice(buffer.End);
        }
        else if (isLast && !buffer.IsEmpty)
        {
            TakeLine(Joined(buffer), tooLong: false);
            buffer = buffer.Slice(buffer.End);
        }
    }

    private void TakeLine(ReadOnlySpan<byte> text, bool tooLong)
    {
        if (skipping)
        {
            // This is the end of a line that was set aside already.
            skipping = false;
            return;
        }

        line++;
        text = text.Trim(" \t\r"u8);
        if (tooLong)
            TakeBad(null, $"It has more than {options.MaxEventBytes} bytes; its beginning is kept.", new ReadOnlySequence<byte>(text[..Math.Min(text.Length, options.MaxEventBytes)].ToArray()));
        else if (!text.IsEmpty)
            Take(text);
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        if (!EventJson.TryRead(json, out var @event, out var error))
        {
            TakeBad(error.Field, error.Reason, new ReadOnlySequence<byte>(json.ToArray()));
            return;
        }

        Count();
        if (count == events.Length)
        {
            var larger = ArrayPool<FulfillmentEvent>.Shared.Rent(count * 2);
            events.AsSpan().CopyTo(larger);
            ArrayPool<FulfillmentEvent>.Shared.Return(events);
            events = larger;
        }

        events[count++] = @event;
    }

    private void TakeBad(string? field, string reason, ReadOnlySequence<byte> content)
    {
        Count();
        string id = DeadLetterIds.Next(at);
        Letters.Add(new DeadLetter(id, at, $"{origin}, line {line}", field, reason, Encoding.UTF8.GetString(content)));
        BadLines.Add(new BadLine(line, field, reason, id));
    }

    private void Count()
    {
        if (++Received > options.MaxEvents)
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "too-many", null, $"A request has at most {options.MaxEvents} events.");
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

    /// <summary>Finds the elements of an array in a text that comes in pieces.</summary>
    private sealed class ArrayScanner
    {
        private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 64 });
        private bool ended;

        public void Read(ref ReadOnlySequence<byte> buffer, bool isLast, EventBody body)
        {
            try
            {
                while (true)
                {
                    var reader = new Utf8JsonReader(buffer, isLast, state);
                    if (!reader.Read())
                        return;
                    if (reader.CurrentDepth == 0)
                    {
                        ended = reader.TokenType == JsonTokenType.EndArray;
                    }
                    else
                    {
                        long start = reader.TokenStartIndex;
                        // A string or a number is whole once it was read; only an object or array can lack its end. The body's limit bounds it.
                        if (!reader.TrySkip())
                            return;
                        body.TakeElement(buffer.Slice(start, reader.BytesConsumed - start));
                    }

                    state = reader.CurrentState;
                    buffer = buffer.Slice(reader.BytesConsumed);
                }
            }
            catch (JsonException exception)
            {
                throw ApiProblemException.BadBody(null, $"The array is not JSON after {body.line} elements ({exception.Message}); none of it was taken.");
            }
        }

        public void Finish()
        {
            if (!ended)
                throw ApiProblemException.BadBody(null, "The array has no end; none of it was taken.");
        }
    }
}
