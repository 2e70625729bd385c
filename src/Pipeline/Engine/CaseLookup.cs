using Eip.Domain;
using Eip.Pipeline.Engine.Snapshots;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>Looks one order up in a home without loading it: one block of a snapshot, and the log since.</summary>
public static class CaseLookup
{
    private const int BatchLength = 4_096;

    /// <summary>The order as of the end of the log, or null when no event of it is known. Nothing is written; another process may write meanwhile.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no log.</exception>
    /// <exception cref="LogDamagedException">The log cannot be read.</exception>
    public static CaseSnapshot? Find(Home home, OrderId orderId)
    {
        using var log = new EventLogAdapter(EventLog.OpenForReading(home.Log));
        return Find(home, log, orderId);
    }

    internal static CaseSnapshot? Find(Home home, IPartitionedLog log, OrderId orderId)
    {
        var (found, offset) = CaseSnapshots.Find(home.Projections, log, orderId);
        using var cursor = log.Read(log.PartitionOf(orderId), offset);
        var events = new FulfillmentEvent[BatchLength];
        for (int count; (count = cursor.Read(events)) > 0;)
        {
            foreach (ref readonly var @event in events.AsSpan(0, count))
            {
                if (@event.OrderId == orderId)
                    (found ??= new FulfillmentCase(orderId)).Apply(@event);
            }
        }

        return found is null ? null : CaseSnapshot.Of(found);
    }
}
