using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>Reads one partition in order, beside the writer and other readers. Not safe for concurrent use.</summary>
public sealed class EventLogReader : IDisposable
{
    private readonly EventLog log;
    private readonly PartitionLog partition;
    private readonly RecordCursor cursor = new();
    private Segment? segment;
    private long limit;

    internal EventLogReader(EventLog log, PartitionLog partition, long offset)
    {
        (this.log, this.partition) = (log, partition);
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
            if (segment is null || cursor.Position == limit)
            {
                if (!TryGoOn())
                    return count;
            }
            else if (cursor.Next(limit, out record) == RecordState.Whole)
            {
                Decode(record, out events[count]);
                count++;
                Offset++;
            }
            else
            {
                return count > 0 ? count : throw Damage("here is no whole record any more");
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private bool TryGoOn()
    {
        if (TryRaiseLimit() || TryBeginNext())
            return true;
        log.RefreshForReader(partition);
        return TryRaiseLimit() || TryBeginNext();
    }

    private bool TryBeginNext()
    {
        if (partition.Next(segment) is not { } next)
            return false;
        // The writer may have gone on with this segment before it began the next.
        if (TryRaiseLimit())
            return true;
        if (next.BaseOffset != Offset)
            throw Damage($"the segment ends here, and the next one begins with offset {next.BaseOffset}");
        partition.OpenAt(next, SegmentFormat.HeaderLength, cursor);
        segment = next;
        limit = SegmentFormat.HeaderLength;
        TryRaiseLimit();
        return true;
    }

    // A segment is read up to the last record that is known to be whole.
    private bool TryRaiseLimit()
    {
        long now = segment?.ReadableLength ?? 0;
        bool isHigher = now > limit;
        limit = Math.Max(now, limit);
        if (isHigher)
            cursor.Forget();
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
