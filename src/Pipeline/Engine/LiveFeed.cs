using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>
/// The live feed of one process. It remembers its last changes, so that a subscriber can resume; ids of an earlier process are smaller than all of its
/// own, so that such a subscriber gets all that is remembered.
/// </summary>
public sealed class LiveFeed : ILiveFeed, IDisposable
{
    private readonly Lock held = new();
    private readonly LiveChange?[] remembered;
    private readonly int subscriberCapacity;
    private readonly TimeProvider time;
    private readonly long? slack;
    private readonly List<Channel<LiveChange>> subscribers = [];
    private long nextId;
    private long count;
    private bool closed;

    /// <summary>A feed without changes.</summary>
    /// <param name="capacity">Changes that it remembers.</param>
    /// <param name="subscriberCapacity">Changes that a subscriber may be behind before it is dropped.</param>
    /// <param name="timeProvider">The clock that ids begin with.</param>
    /// <param name="slack">
    /// For a feed beside others with the same changes: ids then follow the clock, and a subscriber that comes with an id of another feed gets what is
    /// remembered from this long before it, a change twice rather than none. Null for a feed that is alone.
    /// </param>
    public LiveFeed(int capacity, int subscriberCapacity, TimeProvider timeProvider, TimeSpan? slack = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(subscriberCapacity);
        remembered = new LiveChange?[capacity];
        this.subscriberCapacity = subscriberCapacity;
        time = timeProvider;
        this.slack = slack is { } given ? (long)given.TotalMicroseconds : null;
        // Microseconds: no process publishes a million changes a second for long, and the number stays exact as a double, as a browser holds it.
        nextId = Microseconds();
    }

    /// <summary>Subscribers that keep up.</summary>
    public int SubscriberCount
    {
        get
        {
            lock (held)
                return subscribers.Count;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LiveChange> SubscribeAsync(long? afterId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<LiveChange>(new BoundedChannelOptions(subscriberCapacity) { SingleReader = true });
        List<LiveChange> missed;
        lock (held)
        {
            if (closed)
                yield break;
            missed = afterId is { } after ? RememberedAfter(after) : [];
            subscribers.Add(channel);
        }

        try
        {
            foreach (var change in missed)
                yield return change;
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return change;
        }
        finally
        {
            lock (held)
                subscribers.Remove(channel);
        }
    }

    /// <summary>Tells subscribers that the pipeline moved on.</summary>
    public void Tick(EventTime? watermark)
    {
        lock (held)
            Publish(LiveKind.Tick, null, null, watermark);
    }

    /// <summary>Tells subscribers of a card that changed, and of what is alarming about it.</summary>
    /// <param name="before">The card as it was; null for a new order.</param>
    /// <param name="card">The card as it is.</param>
    /// <param name="watermark">The watermark now.</param>
    public void Publish(CaseCard? before, CaseCard card, EventTime? watermark)
    {
        lock (held)
        {
            Publish(LiveKind.Card, card, null, watermark);
            if (card.IsLate && before is not { IsLate: true })
                Publish(LiveKind.Alert, card, LateAlert, watermark);
            if (card.CancelledAt is not null && before?.CancelledAt is null)
                Publish(LiveKind.Alert, card, CancelledAlert, watermark);
            var appeared = card.Anomalies & ~(before?.Anomalies ?? CaseAnomalies.None);
            if (appeared == CaseAnomalies.None)
                return;
            foreach (string name in appeared.Names())
                Publish(LiveKind.Alert, card, name, watermark);
        }
    }

    /// <summary>Ends the sequences of all subscribers.</summary>
    public void Dispose()
    {
        lock (held)
        {
            closed = true;
            foreach (var subscriber in subscribers)
                subscriber.Writer.TryComplete();
            subscribers.Clear();
        }
    }

    internal const string LateAlert = "LATE";
    internal const string CancelledAlert = "CANCELLED";

    internal void Publish(CaseChanges changes, EventTime? watermark)
    {
        for (int i = 0; i < changes.Cases.Count; i++)
            Publish(changes.Before(i), changes.Cases[i].ToCard(), watermark);
    }

    private long Microseconds() => time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;

    private List<LiveChange> RememberedAfter(long after)
    {
        var found = new List<LiveChange>();
        if (slack is { } width && !Array.Exists(remembered, change => change?.Id == after))
            after -= width;
        for (long i = Math.Max(0, count - remembered.Length); i < count; i++)
        {
            if (remembered[i % remembered.Length] is { } change && change.Id > after)
                found.Add(change);
        }

        return found;
    }

    private void Publish(LiveKind kind, CaseCard? card, string? alert, EventTime? watermark)
    {
        if (closed)
            return;
        if (slack is not null)
            nextId = Math.Max(nextId, Microseconds());
        var change = new LiveChange(nextId++, kind, card, alert, watermark);
        remembered[count++ % remembered.Length] = change;
        for (int i = subscribers.Count - 1; i >= 0; i--)
        {
            if (subscribers[i].Writer.TryWrite(change))
                continue;
            subscribers[i].Writer.TryComplete();
            subscribers.RemoveAt(i);
        }
    }
}
