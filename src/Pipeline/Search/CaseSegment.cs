using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>
/// Some thousand cards side by side: a column for each number, a set for each value of what has few. A segment is small enough for a query's
/// working set to stay in a core's cache, and for a copy to cost next to nothing when a writer meets a snapshot that still reads it.
/// </summary>
internal sealed class CaseSegment
{
    /// <summary>How many cards a segment holds.</summary>
    public const int Capacity = 4096;

    /// <summary>How many words a set of its cards takes.</summary>
    public const int Words = Capacity / 64;

    private const int ColumnCount = (int)CaseSort.EventCount + 1;
    private readonly CaseColumn[] columns;
    private readonly OrderId[] ids;
    private readonly int[] variants;
    private readonly ushort[] sellers, customers;
    private readonly CaseStatus[] statuses;
    private readonly CaseAnomalies[] anomalies;
    private readonly OpenStep[] steps;
    private int pins;

    public CaseSegment()
    {
        columns = [.. Enumerable.Range(0, ColumnCount).Select(static _ => new CaseColumn())];
        ids = new OrderId[Capacity];
        variants = new int[Capacity];
        sellers = new ushort[Capacity];
        customers = new ushort[Capacity];
        statuses = new CaseStatus[Capacity];
        anomalies = new CaseAnomalies[Capacity];
        steps = new OpenStep[Capacity];
        ByStatus = new BitmapFamily((int)CaseStatus.Cancelled + 1);
        ByAnomaly = new BitmapFamily(CaseNames.AllAnomalies.Count);
        ByStep = new BitmapFamily((int)OpenStep.Transit + 1);
        BySeller = new BitmapFamily(32);
        ByCustomer = new BitmapFamily(32);
        Late = new ulong[Words];
    }

    private CaseSegment(CaseSegment source)
    {
        columns = [.. source.columns.Select(static column => column.Clone())];
        // A slot's id never changes once it is written, and readers look at no slot beyond the count that they know.
        ids = source.ids;
        variants = (int[])source.variants.Clone();
        sellers = (ushort[])source.sellers.Clone();
        customers = (ushort[])source.customers.Clone();
        statuses = (CaseStatus[])source.statuses.Clone();
        anomalies = (CaseAnomalies[])source.anomalies.Clone();
        steps = (OpenStep[])source.steps.Clone();
        ByStatus = source.ByStatus.Clone();
        ByAnomaly = source.ByAnomaly.Clone();
        ByStep = source.ByStep.Clone();
        BySeller = source.BySeller.Clone();
        ByCustomer = source.ByCustomer.Clone();
        Late = (ulong[])source.Late.Clone();
        Count = source.Count;
    }

    /// <summary>Cards in this segment.</summary>
    public int Count { get; private set; }

    public BitmapFamily ByStatus { get; }

    public BitmapFamily ByAnomaly { get; }

    public BitmapFamily ByStep { get; }

    public BitmapFamily BySeller { get; }

    public BitmapFamily ByCustomer { get; }

    public ulong[] Late { get; }

    public ReadOnlySpan<OrderId> Ids => ids;

    /// <summary>The ids themselves, the same array in every copy of the segment.</summary>
    public OrderId[] IdArray => ids;

    public ReadOnlySpan<int> Variants => variants;

    public ReadOnlySpan<ushort> Sellers => sellers;

    public ReadOnlySpan<ushort> Customers => customers;

    public ReadOnlySpan<CaseStatus> Statuses => statuses;

    public ReadOnlySpan<CaseAnomalies> Anomalies => anomalies;

    /// <summary>Whether a snapshot still reads this segment, so that a writer has to copy it.</summary>
    public bool IsPinned => Volatile.Read(ref pins) > 0;

    /// <summary>The column that a sort looks at; for the order id its leading bytes.</summary>
    public CaseColumn this[CaseSort sort] => columns[(int)sort];

    public void Pin() => Interlocked.Increment(ref pins);

    public void Unpin() => Interlocked.Decrement(ref pins);

    public CaseSegment Clone() => new(this);

    /// <summary>Adds a card and returns its slot.</summary>
    public int Add(in CaseRow row, int seller, int customer)
    {
        int slot = Count++;
        ids[slot] = row.Card.OrderId;
        this[CaseSort.OrderId].Set(slot, row.IdKey);
        Write(slot, row, (ushort)seller, (ushort)customer);
        return slot;
    }

    /// <summary>Replaces a card.</summary>
    public void Replace(int slot, in CaseRow row, int seller, int customer)
    {
        ByStatus.Remove((int)statuses[slot], slot);
        ByStep.Remove((int)steps[slot], slot);
        BySeller.Remove(sellers[slot], slot);
        ByCustomer.Remove(customers[slot], slot);
        for (int flags = (int)anomalies[slot], i = 0; flags != 0; flags >>= 1, i++)
        {
            if ((flags & 1) != 0)
                ByAnomaly.Remove(i, slot);
        }

        Bits.Clear(Late, slot);
        Write(slot, row, (ushort)seller, (ushort)customer);
    }

    /// <summary>The card in a slot, put together again from the columns.</summary>
    public CaseCard Card(int slot, RegionDictionary regions)
    {
        var times = new MilestoneTimes();
        Observe(ref times, EventType.OrderPlaced, CaseSort.OrderedAt, slot);
        Observe(ref times, EventType.OrderApproved, CaseSort.ApprovedAt, slot);
        Observe(ref times, EventType.WarehouseAssigned, CaseSort.AssignedAt, slot);
        Observe(ref times, EventType.HandedToCarrier, CaseSort.HandoffAt, slot);
        Observe(ref times, EventType.Delivered, CaseSort.DeliveredAt, slot);
        Observe(ref times, EventType.DeliveryDelayed, CaseSort.DelayedAt, slot);
        Observe(ref times, EventType.OrderCancelled, CaseSort.CancelledAt, slot);
        long promise = this[CaseSort.EstimatedDeliveryAt][slot];
        return new CaseCard(
            ids[slot],
            times,
            promise == CaseColumn.Absent ? null : new EventTime(promise),
            regions[sellers[slot]],
            regions[customers[slot]],
            (int)this[CaseSort.EventCount][slot],
            new EventTime(this[CaseSort.LastEventAt][slot]),
            anomalies[slot].HasFlag(CaseAnomalies.RepeatedMilestone));
    }

    private void Write(int slot, in CaseRow row, ushort seller, ushort customer)
    {
        var card = row.Card;
        var progress = CaseProgress.Of(card);
        this[CaseSort.OrderedAt].Set(slot, card.OrderedAt?.UnixSeconds);
        this[CaseSort.ApprovedAt].Set(slot, card.ApprovedAt?.UnixSeconds);
        this[CaseSort.AssignedAt].Set(slot, card.AssignedAt?.UnixSeconds);
        this[CaseSort.HandoffAt].Set(slot, card.HandoffAt?.UnixSeconds);
        this[CaseSort.DeliveredAt].Set(slot, card.DeliveredAt?.UnixSeconds);
        this[CaseSort.DelayedAt].Set(slot, card.DelayedAt?.UnixSeconds);
        this[CaseSort.CancelledAt].Set(slot, card.CancelledAt?.UnixSeconds);
        this[CaseSort.EstimatedDeliveryAt].Set(slot, card.EstimatedDeliveryAt?.UnixSeconds);
        this[CaseSort.LastEventAt].Set(slot, card.LastEventAt.UnixSeconds);
        this[CaseSort.OpenSince].Set(slot, progress.Since?.UnixSeconds);
        this[CaseSort.ApprovalSeconds].Set(slot, card.ApprovalSeconds);
        this[CaseSort.HandlingSeconds].Set(slot, card.HandlingSeconds);
        this[CaseSort.TransitSeconds].Set(slot, card.TransitSeconds);
        this[CaseSort.LeadTimeSeconds].Set(slot, card.LeadTimeSeconds);
        this[CaseSort.EventCount].Set(slot, (long)card.EventCount);
        variants[slot] = row.Variant;
        ByStatus.Add((int)(statuses[slot] = card.CurrentStatus), slot);
        ByStep.Add((int)(steps[slot] = progress.Step), slot);
        BySeller.Add(sellers[slot] = seller, slot);
        ByCustomer.Add(customers[slot] = customer, slot);
        anomalies[slot] = card.Anomalies;
        for (int flags = (int)card.Anomalies, i = 0; flags != 0; flags >>= 1, i++)
        {
            if ((flags & 1) != 0)
                ByAnomaly.Add(i, slot);
        }

        if (card.IsLate)
            Bits.Set(Late, slot);
    }

    private void Observe(ref MilestoneTimes times, EventType type, CaseSort column, int slot)
    {
        long at = this[column][slot];
        if (at != CaseColumn.Absent)
            times.Observe(type, new EventTime(at));
    }
}
