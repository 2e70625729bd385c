using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Tests.Engine;

/// <summary>A log in memory that can be made to fail.</summary>
internal sealed class MemoryLog(int partitions) : IPartitionedLog
{
    private readonly Lock held = new();
    private readonly List<FulfillmentEvent>[] events = [.. Enumerable.Range(0, partitions).Select(static _ => new List<FulfillmentEvent>())];

    /// <summary>Reading from this offset on fails; of every partition.</summary>
    public long FailsAt { get; set; } = long.MaxValue;

    public int PartitionCount => partitions;

    public int Flushes { get; private set; }

    public int PartitionOf(OrderId orderId) => (int)(orderId.StableHash() % (uint)partitions);

    public long EndOffset(int partition)
    {
        lock (held)
            return events[partition].Count;
    }

    public EventTime? LastEventAt(int partition)
    {
        lock (held)
            return events[partition].Count == 0 ? null : events[partition].Max(static @event => @event.EventAt);
    }

    public AppendResult Append(ReadOnlySpan<FulfillmentEvent> added)
    {
        lock (held)
        {
            foreach (ref readonly var @event in added)
                events[PartitionOf(@event.OrderId)].Add(@event);
            AllFlushed = false;
        }

        return new AppendResult(added.Length, 0);
    }

    /// <summary>Whether nothing was appended since the last flush.</summary>
    public bool AllFlushed { get; private set; } = true;

    public void Flush()
    {
        lock (held)
        {
            Flushes++;
            AllFlushed = true;
        }
    }

    public ILogCursor Read(int partition, long offset) => new Cursor(this, partition, offset);

    public void Dispose()
    {
    }

    private sealed class Cursor(MemoryLog log, int partition, long offset) : ILogCursor
    {
        private int next = (int)offset;

        public int Read(Span<FulfillmentEvent> buffer)
        {
            lock (log.held)
            {
                if (next >= log.FailsAt)
                    throw new IOException("The disk is gone.");
                int count = Math.Min(buffer.Length, log.events[partition].Count - next);
                log.events[partition].GetRange(next, count).CopyTo(buffer);
                next += count;
                return count;
            }
        }

        public void Dispose()
        {
        }
    }
}
