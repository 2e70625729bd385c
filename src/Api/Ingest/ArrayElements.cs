using System.Buffers;
using Eip.Api.Http;

namespace Eip.Api.Ingest;

/// <summary>
/// The elements of a JSON array: it finds where each ends and leaves it to others to read it, so that an element that is no JSON spoils no other.
/// </summary>
internal sealed class ArrayElements : IBodyForm
{
    private Part part = Part.Begin;
    private long number;
    private int depth;

    // Bytes of the element that were looked at before, at the start of the buffer.
    private long searched;

    private enum Part
    {
        Begin,
        FirstOrEnd,
        Element,
        Scalar,
        Nested,
        Text,
        Escape,
        CommaOrEnd,
        End,
    }

    public void Read(ref ReadOnlySequence<byte> buffer, bool isLast, EventBody body)
    {
        var reader = new SequenceReader<byte>(buffer);
        var start = buffer.Start;
        long startAt = 0;
        reader.Advance(searched);
        while (reader.TryPeek(out byte next))
        {
            bool wasElement = IsInElement;
            if (part == Part.Text && !reader.TryAdvanceToAny("\"\\"u8, advancePastDelimiter: false))
            {
                reader.AdvanceToEnd();
                break;
            }

            if (part == Part.Text)
                reader.TryPeek(out next);
            bool isPast = Step(next);
            if (IsInElement && !wasElement)
                (start, startAt) = (reader.Position, reader.Consumed);
            if (isPast)
                reader.Advance(1);
            if (wasElement && !IsInElement)
                body.Take(number, buffer.Slice(start, reader.Position));
        }

        searched = IsInElement ? reader.Consumed - startAt : 0;
        body.CheckOpen(number, searched);
        buffer = buffer.Slice(IsInElement ? start : reader.Position);
    }

    public void Finish()
    {
        if (part != Part.End)
            throw ApiProblemException.BadBody(null, "The array has no end; none of it was taken.");
    }

    private bool IsInElement => part is Part.Scalar or Part.Nested or Part.Text or Part.Escape;

    // Takes one byte; false when it is looked at again, as what follows a number.
    private bool Step(byte next)
    {
        bool isBlank = BodyLines.Blanks.Contains(next);
        switch (part)
        {
            case Part.Begin:
                part = Part.FirstOrEnd;
                return true;
            case Part.Escape:
                part = Part.Text;
                return true;
            case Part.Text:
                part = next == '\\' ? Part.Escape : depth > 0 ? Part.Nested : Part.CommaOrEnd;
                return true;
            case Part.Nested:
                depth += next is (byte)'{' or (byte)'[' ? 1 : next is (byte)'}' or (byte)']' ? -1 : 0;
                part = next == '"' ? Part.Text : depth == 0 ? Part.CommaOrEnd : Part.Nested;
                return true;
            case Part.Scalar:
                if (!isBlank && next is not ((byte)',' or (byte)']'))
                    return true;
                part = Part.CommaOrEnd;
                return false;
            case Part.CommaOrEnd or Part.FirstOrEnd or Part.Element or Part.End when isBlank:
                return true;
            case Part.CommaOrEnd when next == ',':
                part = Part.Element;
                return true;
            case Part.CommaOrEnd or Part.FirstOrEnd when next == ']':
                part = Part.End;
                return true;
            case Part.FirstOrEnd or Part.Element when next is not ((byte)',' or (byte)']' or (byte)'}'):
                number++;
                depth = next is (byte)'{' or (byte)'[' ? 1 : 0;
                part = next == '"' ? Part.Text : depth == 1 ? Part.Nested : Part.Scalar;
                return true;
            default:
                throw ApiProblemException.BadBody(null, $"The array is not JSON after {number} elements; none of it was taken.");
        }
    }
}
