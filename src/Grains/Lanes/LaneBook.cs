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
    public IEnumerable<LaneContribution> Contributions => entries.Values.Where(static entry => entry.Contribution is not null).Select(static entry => entry.Contribution!.Value);

    public void Apply(IReadOnlyList<LaneChange> changes)
    {
        foreach (var change in changes)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, change.OrderId, out bool known);
            if (known && entry.Version >= change.Version)
                continue;
            Ledger.Replace(entry.Contribution, change.Contribution);
            entry = new Entry(change.Version, change.Contribution);
        }

        unwritten.UnionWith(Ledger.ChangedDays);
        Ledger.ClearChanges();
    }

    /// <summary>Notes that a day's row may differ, whatever the ledger knows of it.</summary>
    public void MarkUnwritten(int day) => unwritten.Add(day);

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

    private readonly record struct Entry(long Version, LaneContribution? Contribution);
}
