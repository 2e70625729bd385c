using Eip.Domain;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>The engine's view of an <see cref="EventLog"/>, which it owns.</summary>
internal sealed class EventLogAdapter(EventLog log) : IPartitionedLog
{
    public EventLog Log => log;

    public int PartitionCount => log.PartitionCount;

    public int PartitionOf(OrderId orderId) => log.PartitionOf(orderId);

    public long EndOffset(int partition) => log.EndOffset(partition);

    public EventTime? LastEventAt(int partition) => log.LastEventAt(partition);

    public AppendResult Append(ReadOnlySpan<FulfillmentEvent> events) => log.Append(events);

    public void Flush() => log.Flush();

    public ILogCursor Read(int partition, long offset) => new Cursor(log.Read(partition, offset));

    public void Dispose() => log.Dispose();

    private sealed class Cursor(EventLogReader reader) : ILogCursor
    {
        public int Read(Span<FulfillmentEvent> buffer) => reader.Read(buffer);

        public void Dispose() => reader.Dispose();
    }
}
