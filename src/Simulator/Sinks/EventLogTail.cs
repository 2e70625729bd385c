using Eip.Domain;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Sinks;

/// <summary>The end of an event log of this process.</summary>
/// <param name="log">The log.</param>
public sealed class EventLogTail(EventLog log) : ILogTail
{
    /// <inheritdoc/>
    public IReadOnlyList<long> EndOffsets()
    {
        long[] ends = new long[log.PartitionCount];
        for (int partition = 0; partition < ends.Length; partition++)
            ends[partition] = log.EndOffset(partition);
        return ends;
    }

    /// <inheritdoc/>
    public EventTime? Watermark()
    {
        // A partition that ends in a time which does not count says nothing: beginning earlier than needed only repeats what is known.
        var horizon = new EventHorizon(TimeProvider.System);
        EventTime? watermark = null;
        for (int partition = 0; partition < log.PartitionCount; partition++)
        {
            if (horizon.Counted(log.LastEventAt(partition)) is { } last && (watermark is null || last > watermark))
                watermark = last;
        }

        return watermark;
    }

    /// <inheritdoc/>
    public IEnumerable<FulfillmentEvent> ReadFrom(int partition, long offset)
    {
        var buffer = new FulfillmentEvent[1024];
        using var reader = log.Read(partition, offset);
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            for (int i = 0; i < count; i++)
                yield return buffer[i];
        }
    }
}
