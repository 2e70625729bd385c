using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Grains.Abstractions;

namespace Eip.Grains.State;

/// <summary>Keeps cases in the memory of one process: for a silo without a database, which folds its log again when it starts.</summary>
public sealed class MemoryCaseStates : ICaseStates
{
    private readonly Lock gate = new();
    private readonly Dictionary<OrderId, (CaseState State, uint? Lane)> cases = [];
    private readonly Dictionary<uint, HashSet<OrderId>> lanes = [];
    private readonly Dictionary<string, IngestProgress> partitions = new(StringComparer.Ordinal);
    private Guid life = Guid.NewGuid();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<OrderId, CaseState>> LoadAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellationToken = default)
    {
        var found = new Dictionary<OrderId, CaseState>(orders.Count);
        lock (gate)
        {
            foreach (var order in orders)
            {
                if (cases.TryGetValue(order, out var stored))
                    found[order] = stored.State;
            }
        }

        return new(found);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<OrderId>> StoreAsync(
        string partition, IReadOnlyList<CaseWrite> writes, CancellationToken cancellationToken = default)
    {
        var lost = new List<OrderId>();
        lock (gate)
        {
            long added = 0;
            foreach (var (order, outcome) in writes)
            {
                var (known, lane) = cases.TryGetValue(order, out var stored) ? stored : (CaseState.Absent, null);
                if (known.Writer == outcome.State.Writer && known.Version >= outcome.State.Version)
                    continue;
                if (known.Writer != outcome.State.Writer && (known.Writer != outcome.BaseWriter || known.Version != outcome.BaseVersion))
                {
                    lost.Add(order);
                    continue;
                }

                added += known.IsAbsent ? 1 : 0;
                cases[order] = (outcome.State, Move(order, lane, outcome.Lane));
            }

            if (added > 0)
                partitions[partition] = Progress(partition) with { OrderCount = Progress(partition).OrderCount + added };
        }

        return new(lost);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LaneChange>> LoadLaneAsync(Lane lane, CancellationToken cancellationToken = default)
    {
        (OrderId, CaseState State)[] members;
        lock (gate)
            members = lanes.TryGetValue(lane.Code, out var orders) ? [.. orders.Select(order => (order, cases[order].State))] : [];
        return new([.. members
            .Select(static member => new LaneChange(member.Item1, member.State.Version, member.State.Restore(member.Item1, out _).Contribution()))
            .Where(static change => change.Contribution is not null)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Lane>> LanesAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
            return new([.. lanes.Where(static lane => lane.Value.Count > 0).Select(static lane => Lane.FromCode(lane.Key)).Order()]);
    }

    /// <inheritdoc/>
    public ValueTask<StorePosition> AdvanceAsync(IngestProgress progress, long from, Guid life, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var known = Progress(progress.Partition);
            if (known.NextOffset < from || life != this.life)
                return new(new StorePosition(known.NextOffset, this.life));
            var watermark = known.Watermark is { } old && (progress.Watermark is not { } added || old > added) ? old : progress.Watermark;
            long next = Math.Max(known.NextOffset, progress.NextOffset);
            partitions[progress.Partition] = progress with { NextOffset = next, Watermark = watermark, OrderCount = known.OrderCount };
            return new(new StorePosition(next, life));
        }
    }

    /// <inheritdoc/>
    public ValueTask<Guid> LifeAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
            return new(life);
    }

    /// <inheritdoc/>
    public ValueTask BeginLifeAsync(Guid ended, CancellationToken cancellationToken = default)
    {
        lock (gate)
            life = life == ended ? Guid.NewGuid() : life;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IngestProgress>> ProgressAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
            return new([.. partitions.Values.OrderBy(static partition => partition.Partition, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredCase> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StoredCase[] all;
        lock (gate)
            all = [.. cases.Select(static item => new StoredCase(item.Key, item.Value.State))];
        Array.Sort(all, static (left, right) => left.OrderId.CompareTo(right.OrderId));
        foreach (var item in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }

        await Task.CompletedTask;
    }

    private IngestProgress Progress(string partition) => partitions.GetValueOrDefault(partition) ?? new IngestProgress(partition, 0, null, 0, default);

    private uint? Move(OrderId order, uint? from, uint? to)
    {
        if (from == to)
            return to;
        if (from is { } old)
            lanes[old].Remove(order);
        if (to is not { } added)
            return to;
        if (!lanes.TryGetValue(added, out var members))
            lanes.Add(added, members = []);
        members.Add(order);
        return to;
    }
}
