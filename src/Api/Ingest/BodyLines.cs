using System.Buffers;

namespace Eip.Api.Ingest;

/// <summary>The lines of an NDJSON body.</summary>
/// <param name="first">The number of the first line.</param>
internal sealed class BodyLines(long first) : IBodyForm
{
    private long line = first;

    // Bytes at the start of the buffer in which no line ends.
    private long searched;

    /// <summary>White space of JSON.</summary>
    public static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    public void Read(ref ReadOnlySequence<byte> buffer, bool isLast, EventBody body)
    {
        while (true)
        {
            if (searched == 0)
                buffer = buffer.Slice(TakeWithin(buffer.FirstSpan, body));
            if (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                body.Take(line++, buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                searched = 0;
                continue;
            }

            searched = buffer.Length;
            body.CheckOpen(line, searched);
            if (isLast && !buffer.IsEmpty)
            {
                body.Take(line, buffer);
                buffer = buffer.Slice(buffer.End);
            }

            return;
        }
    }

    public void Finish()
    {
    }

    // Most lines lie in one piece; many blank ones are passed at once.
    private int TakeWithin(ReadOnlySpan<byte> piece, EventBody body)
    {
        int taken = 0;
        while (taken < piece.Length)
        {
            var rest = piece[taken..];
            int blanks = rest.IndexOfAnyExcept(Blanks);
            var passed = blanks < 0 ? rest : rest[..blanks];
            line += passed.Count((byte)'\n');
            taken += passed.Length;
            int end = rest[passed.Length..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            body.Take(line++, rest.Slice(passed.Length, end));
            taken += end + 1;
        }

        return taken;
    }
}
