using System.Buffers;

namespace Eip.Api.Ingest;

/// <summary>Finds the texts of events in a body that comes in pieces.</summary>
internal interface IBodyForm
{
    /// <summary>Gives the texts that end in the buffer to the body, and leaves what has not ended yet in the buffer.</summary>
    void Read(ref ReadOnlySequence<byte> buffer, bool isLast, EventBody body);

    /// <summary>Nothing more comes.</summary>
    void Finish();
}

/// <summary>What comes before the first letter of a body; that letter tells its form.</summary>
internal sealed class BodyStart
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private bool isPastMark;
    private long lines;

    /// <summary>Passes blanks; returns the form once its first letter has come.</summary>
    public IBodyForm? Read(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!isPastMark)
        {
            // A byte order mark is no part of the text; it may come in pieces too.
            Span<byte> first = stackalloc byte[Math.Min(ByteOrderMark.Length, (int)Math.Min(buffer.Length, int.MaxValue))];
            buffer.Slice(0, first.Length).CopyTo(first);
            if (!isLast && first.Length < ByteOrderMark.Length && ByteOrderMark.StartsWith(first))
                return null;
            reader.IsNext(ByteOrderMark, advancePast: true);
            isPastMark = true;
        }

        while (!reader.End)
        {
            var rest = reader.UnreadSpan;
            int blanks = rest.IndexOfAnyExcept(BodyLines.Blanks);
            var passed = blanks < 0 ? rest : rest[..blanks];
            lines += passed.Count((byte)'\n');
            reader.Advance(passed.Length);
            if (blanks >= 0)
                break;
        }

        buffer = buffer.Slice(reader.Position);
        return !reader.TryPeek(out byte letter) ? null : letter == '[' ? new ArrayElements() : new BodyLines(lines + 1);
    }
}
