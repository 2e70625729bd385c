using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>Recorded events that can be read again and again, each time the same, in emission order (fulfillment-v1 §2).</summary>
public interface IHistory
{
    /// <summary>What tells this history from another one, such as its folder; part of a checkpoint's fingerprint.</summary>
    string Identity { get; }

    /// <summary>The folder that it is read from, as a full path; null when it has none.</summary>
    string? Folder => null;

    /// <summary>The first event's time, or null when there are no events.</summary>
    EventTime? First { get; }

    /// <summary>The last event's time, or null when there are no events.</summary>
    EventTime? Last { get; }

    /// <summary>How many events there are.</summary>
    long Count { get; }

    /// <summary>The events of a range, both ends included; null leaves an end open.</summary>
    IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to);
}

/// <summary>A history that lies in memory.</summary>
public sealed class MemoryHistory : IHistory
{
    private const int BatchLength = 4096;
    private readonly FulfillmentEvent[] events;

    /// <summary>A history of these events, put into emission order.</summary>
    public MemoryHistory(string identity, IEnumerable<FulfillmentEvent> events)
    {
        Identity = identity;
        this.events = [.. events];
        Array.Sort(this.events, FulfillmentEvent.CompareEmission);
    }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public EventTime? First => events.Length == 0 ? null : events[0].EventAt;

    /// <inheritdoc/>
    public EventTime? Last => events.Length == 0 ? null : events[^1].EventAt;

    /// <inheritdoc/>
    public long Count => events.Length;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
    {
        int at = from is { } first ? FirstAtOrAfter(first) : 0;
        int end = to is { } last ? FirstAtOrAfter(last + 1) : events.Length;
        for (; at < end; at += BatchLength)
            yield return events.AsMemory(at, Math.Min(BatchLength, end - at));
    }

    private int FirstAtOrAfter(EventTime time)
    {
        int low = 0, high = events.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (events[middle].EventAt < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
