using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>
/// The folds of one partition: every order's case, and the ledgers of the lanes that they add up to. The result follows from the set of events alone,
/// whatever their order, repetition and batches. Not safe for concurrent use.
/// </summary>
public sealed class CaseStore
{
    private const int Chunk = 64;
    private static long epochs;

    private readonly Dictionary<OrderId, FulfillmentCase> cases;
    private readonly Dictionary<Lane, long> laneVersions = [];
    private readonly FulfillmentCase[] chunk = new FulfillmentCase[Chunk];

    /// <summary>An empty store.</summary>
    /// <param name="capacity">Orders to make room for.</param>
    public CaseStore(int capacity = 0)
    {
        cases = new Dictionary<OrderId, FulfillmentCase>(capacity);
        // Versions never repeat within a process, so that what was kept of one store is never taken for the state of the next.
        LedgerVersion = Interlocked.Increment(ref epochs) << 32;
    }

    /// <summary>Orders that have a case.</summary>
    public int Count => cases.Count;

    /// <summary>All cases, in no order.</summary>
    public IReadOnlyCollection<FulfillmentCase> Cases => cases.Values;

    /// <summary>The lanes of these cases.</summary>
    public NetworkLedger Ledger { get; } = new();

    /// <summary>Grows with every change of <see cref="Ledger"/>.</summary>
    public long LedgerVersion { get; private set; }

    /// <summary>The offset after the last event that is folded.</summary>
    public long ProjectedOffset { get; private set; }

    /// <summary>The greatest event time that is folded and counts, or null before the first event.</summary>
    public EventTime? Watermark { get; private set; }

    /// <summary>The case of an order.</summary>
    public bool TryFind(OrderId orderId, [NotNullWhen(true)] out FulfillmentCase? found) => cases.TryGetValue(orderId, out found);

    /// <summary>The <see cref="LedgerVersion"/> at a lane's last change; 0 when it never had any.</summary>
    public long LaneVersion(Lane lane) => laneVersions.GetValueOrDefault(lane);

    /// <summary>Folds the events that follow <see cref="ProjectedOffset"/>, and moves it past them; every event time counts.</summary>
    public void ApplyBatch(ReadOnlySpan<FulfillmentEvent> events) => ApplyBatch(events, null, EventTime.MaxValue);

    /// <summary>Puts back a case that a snapshot holds.</summary>
    /// <exception cref="ArgumentException">The order has a case already.</exception>
    public void Restore(FulfillmentCase restored)
    {
        cases.Add(restored.OrderId, restored);
        Book(null, restored.Contribution());
    }

    /// <summary>Says how far the cases that were put back had come.</summary>
    public void RestorePosition(long projectedOffset, EventTime? watermark) => (ProjectedOffset, Watermark) = (projectedOffset, watermark);

    internal void ApplyBatch(ReadOnlySpan<FulfillmentEvent> events, CaseChanges? changes, EventTime lastCounted)
    {
        while (!events.IsEmpty)
        {
            var next = events[..Math.Min(Chunk, events.Length)];
            ApplyChunk(next, changes, lastCounted.UnixSeconds);
            ProjectedOffset += next.Length;
            events = events[next.Length..];
        }
    }

    // In steps over a few events at a time: finding the cases of many events before touching any of them lets the memory work on many at once.
    private void ApplyChunk(ReadOnlySpan<FulfillmentEvent> events, CaseChanges? changes, long lastCounted)
    {
        long latest = Watermark?.UnixSeconds ?? long.MinValue;
        for (int i = 0; i < events.Length; i++)
        {
            ref readonly var @event = ref events[i];
            chunk[i] = CollectionsMarshal.GetValueRefOrAddDefault(cases, @event.OrderId, out _) ??= new FulfillmentCase(@event.OrderId);
            long at = @event.EventAt.UnixSeconds;
            if (at > latest && at <= lastCounted)
                latest = at;
        }

        Touch(chunk.AsSpan(0, events.Length));
        for (int i = 0; i < events.Length; i++)
        {
            var @case = chunk[i];
            bool keeps = @case.SurelyKeepsContribution(events[i]);
            var before = keeps ? null : @case.Contribution();
            CaseCard? card = null;
            bool isNew = changes is not null && !changes.Contains(@case);
            if (isNew && changes!.WithCards && @case.EventCount > 0)
                card = @case.ToCard();
            if (!@case.Apply(events[i]))
                continue;
            if (!keeps)
                Book(before, @case.Contribution());
            if (isNew)
                changes!.Add(@case, card);
        }

        Watermark = latest == long.MinValue ? null : new EventTime(latest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Touch(ReadOnlySpan<FulfillmentCase> cases)
    {
        int sum = 0;
        foreach (var @case in cases)
            sum += @case.EventCount;
        return sum;
    }

    private void Book(LaneContribution? before, LaneContribution? after)
    {
        if (before == after)
            return;
        Ledger.Replace(before, after);
        LedgerVersion++;
        if (before is { } gone)
            laneVersions[gone.Lane] = LedgerVersion;
        if (after is { } come)
            laneVersions[come.Lane] = LedgerVersion;
    }
}
