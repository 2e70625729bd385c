using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>What the engine asks of a log; a seam, so that a log can be made to fail at any point.</summary>
internal interface IPartitionedLog : IDisposable
{
    int PartitionCount { get; }

    int PartitionOf(OrderId orderId);

    /// <summary>The offset after the last event that can be read.</summary>
    long EndOffset(int partition);

    EventTime? LastEventAt(int partition);

    /// <summary>Makes events visible to readers, in the order given; they are durable after <see cref="Flush"/>.</summary>
    AppendResult Append(ReadOnlySpan<FulfillmentEvent> events);

    void Flush();

    ILogCursor Read(int partition, long offset);
}

/// <summary>Reads one partition forward.</summary>
internal interface ILogCursor : IDisposable
{
    /// <summary>Fills the buffer with what comes next; 0 at the present end, from where it can go on later.</summary>
    int Read(Span<FulfillmentEvent> buffer);
}
