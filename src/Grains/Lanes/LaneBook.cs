using System.Runtime.InteropServices;
using Eip.Domain;
using Eip.Grains.Abstractions;

namespace Eip.Grains.Lanes;

/// <summary>
/// A lane's ledger together with what each order has in it, so that a contribution can be replaced by version: what the highest version says counts,
/// and hearing it again changes nothing. Not safe for concurrent use.
/// </summary>
internal sealed class LaneBook(Lane lane)
{
    private readonly Dictionary<OrderId, Entry> entries = [];
    private readonly HashSet<int> unwritten = [];

    public LaneLedger Ledger { get; } = new(lane);

    /// <summary>Days whose row may differ from the ledger.</summary>
    public IReadOnlyCollection<int> Unwritten => unwritten;

    /// <summary>What every order has in the lane.</summary>
    public IEnumerable<LaneContribution> Contributions
    {
        get
        {
            foreach (var entry in entries.Values)
            {
                if (entry.In(Ledger.Lane) is { } contribution)
                    yield return contribution;
            }
        }
    }

    /// <summary>How many orders it holds.</summary>
    public int Count => entries.Count;

    /// <summary>What every order said last.</summary>
    public IEnumerable<LaneChange> Changes => entries.Select(entry => new LaneChange(entry.Key, entry.Value.Version, entry.Value.In(Ledger.Lane)));

    /// <summary>Takes over what another book held.</summary>
    public void Restore(IReadOnlyList<LaneChange> changes, IEnumerable<int> unwrittenDays)
    {
        Apply(changes);
        unwritten.Clear();
        MarkUnwritten(unwrittenDays);
    }

    public void Apply(IReadOnlyList<LaneChange> changes)
    {
        foreach (var change in changes)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, change.OrderId, out bool known);
            if (known && entry.Version >= change.Version)
                continue;
            Ledger.Replace(known ? entry.In(Ledger.Lane) : null, change.Contribution);
            entry = new Entry(change.Version, change.Contribution);
        }

        unwritten.UnionWith(Ledger.ChangedDays);
        Ledger.ClearChanges();
    }

    /// <summary>Notes that the rows of days may differ, whatever the ledger knows of them.</summary>
    public void MarkUnwritten(IEnumerable<int> days) => unwritten.UnionWith(days);

    /// <summary>Takes the days before a day out of <see cref="Unwritten"/>, with their figures now; null where the day has none.</summary>
    public List<(int Day, LaneKpis? Kpis)> TakeBefore(int day)
    {
        var taken = new List<(int, LaneKpis?)>();
        foreach (int candidate in unwritten)
        {
            if (candidate < day)
                taken.Add((candidate, Ledger.On(candidate)));
        }

        unwritten.RemoveWhere(candidate => candidate < day);
        return taken;
    }

    // A lane holds every order that it ever had, so an entry has half the size of what it was made from: a value stands for what is not known.
    private readonly struct Entry(long version, LaneContribution? contribution)
    {
        private const int NoDay = int.MinValue;
        private const long NoSeconds = long.MinValue;
        private readonly long leadTime = contribution?.Sample?.LeadTimeSeconds ?? NoSeconds;
        private readonly long handling = contribution?.Sample?.HandlingSeconds ?? NoSeconds;
        private readonly long transit = contribution?.Sample?.TransitSeconds ?? NoSeconds;
        private readonly int cancelledDay = contribution?.CancelledDay ?? NoDay;
        private readonly int breachDay = contribution?.BreachDay ?? NoDay;
        private readonly int deliveredDay = contribution?.Sample?.Day ?? NoDay;
        private readonly int promise = contribution?.Promise is { } promised ? (promised.Day << 1) | (promised.IsKept ? 1 : 0) : NoDay;
        private readonly bool isLate = contribution?.Sample?.IsLate ?? false;

        public long Version { get; } = version;

        public LaneContribution? In(Lane lane)
        {
            if (cancelledDay == NoDay && breachDay == NoDay && promise == NoDay && deliveredDay == NoDay)
                return null;
            LaneSample? sample = deliveredDay == NoDay ? null : new LaneSample(deliveredDay, leadTime, Seconds(handling), Seconds(transit), isLate);
            LanePromise? promised = promise == NoDay ? null : new LanePromise(promise >> 1, (promise & 1) != 0);
            return new LaneContribution(lane, Day(cancelledDay), Day(breachDay), promised, sample);
        }

        private static int? Day(int value) => value == NoDay ? null : value;

        private static long? Seconds(long value) => value == NoSeconds ? null : value;
    }
}
