using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>Reads one partition in order, beside the writer and other readers. Not safe for concurrent use.</summary>
public sealed class EventLogReader : IDisposable
{
    private readonly PartitionLog partition;
    private readonly RecordCursor cursor = new();
    private Segment? segment;
    private long limit;
    private bool wasReadAgain;

    internal EventLogReader(PartitionLog partition, long offset)
    {
        this.partition = partition;
        segment = partition.Locate(offset, cursor);
        limit = segment is null ? 0 : cursor.Position;
        Offset = offset;
    }

    /// <summary>The offset of the next event.</summary>
    public long Offset { get; private set; }

    /// <summary>
    /// Reads events into the buffer and returns how many; 0 at the present end of the partition, after which reading can go on when there is more.
    /// </summary>
    /// <exception cref="LogDamagedException">The next event cannot be read; those before it have been returned.</exception>
    public int Read(Span<FulfillmentEvent> events)
    {
        int count = 0;
        while (count < events.Length)
        {
            ReadOnlySpan<byte> record = default;
            switch (segment is null ? RecordState.End : cursor.Next(limit, out record))
            {
                case RecordState.Whole:
                    Decode(record, out events[count]);
                    wasReadAgain = false;
                    count++;
                    Offset++;
                    break;
                case RecordState.Damaged when wasReadAgain:
                    return count > 0 ? count : throw Damage("a record does not match its checksum");
                case RecordState.Damaged:
                    // Another process may have cut this tail off and written it anew since it was read.
                    cursor.Forget();
                    wasReadAgain = true;
                    break;
                case var state when !TryGoOn(state):
                    return count;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private bool TryGoOn(RecordState state)
    {
        cursor.Forget();
        if (segment is not null && TryRaiseLimit(segment))
            return true;
        if (partition.After(segment, Offset) is not { } next)
            return false;
        // The writer may have gone on with this segment before it began the next.
        if (segment is not null && TryRaiseLimit(segment))
            return true;
        if (state != RecordState.End || next.BaseOffset != Offset)
            throw Damage($"the segment ends here, and the next one begins with offset {next.BaseOffset}");
        partition.OpenAt(next, SegmentFormat.HeaderLength, cursor);
        segment = next;
        limit = SegmentFormat.HeaderLength;
        return true;
    }

    private bool TryRaiseLimit(Segment current)
    {
        long now = partition.LimitOf(current, cursor);
        bool isHigher = now > limit;
        limit = Math.Max(now, limit);
        return isHigher;
    }

    private void Decode(ReadOnlySpan<byte> record, out FulfillmentEvent @event)
    {
        try
        {
            RecordFormat.Read(record, out @event);
        }
        catch (InvalidDataException exception)
        {
            throw Damage(exception.Message.TrimEnd('.'));
        }
    }

    private LogDamagedException Damage(string reason) => new(segment!.Path, cursor.Position, Offset, reason);
}
