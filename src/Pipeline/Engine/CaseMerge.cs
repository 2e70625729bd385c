using Eip.Domain;
using Eip.Pipeline.Engine.Snapshots;

namespace Eip.Pipeline.Engine;

/// <summary>The cases of all partitions in one order.</summary>
internal static class CaseMerge
{
    /// <summary>All cases in ascending order of order id, each with its partition's projector.</summary>
    public static (Projector Projector, FulfillmentCase Case)[] Sorted(IReadOnlyList<Projector> projectors, ParallelOptions parallelism)
    {
        var parts = new (OrderId[] Ids, FulfillmentCase[] Cases)[projectors.Count];
        Cores.For(parts.Length, parallelism, i =>
        {
            FulfillmentCase[] present;
            using (projectors[i].Gate.EnterRead())
                present = [.. projectors[i].Store.Cases];
            parts[i] = CaseSnapshots.SortedCases(present);
        });

        var merged = new (Projector, FulfillmentCase)[parts.Sum(static part => part.Ids.Length)];
        var heads = new PriorityQueue<int, OrderId>(parts.Length);
        int[] next = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Ids.Length > 0)
                heads.Enqueue(i, parts[i].Ids[0]);
        }

        for (int at = 0; at < merged.Length; at++)
        {
            int part = heads.Peek();
            merged[at] = (projectors[part], parts[part].Cases[next[part]++]);
            if (next[part] < parts[part].Ids.Length)
                heads.DequeueEnqueue(part, parts[part].Ids[next[part]]);
            else
                heads.Dequeue();
        }

        return merged;
    }
}
