using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Cases;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Eip.Grains.Ingest;

/// <summary>
/// Folds one batch and stores its effects: seed the grains that are not in memory, let them fold, store what changed in one write, hand the cases to
/// the projections and the contributions to the lanes. Every step can be repeated; a failure anywhere is answered by doing the batch again.
/// </summary>
internal sealed partial class BatchFolder(
    GrainReferences grains,
    ICaseStates states,
    ActiveCases active,
    IEnumerable<ICaseProjection> projections,
    IDeadLetters deadLetters,
    IIngestSteps steps,
    GrainsInstruments instruments,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<BatchFolder> logger)
{
    private readonly ICaseProjection[] projections = [.. projections];

    /// <summary>Folds a batch of a partition; returns when every effect is stored.</summary>
    /// <param name="partition">The partition's key.</param>
    /// <param name="batch">The events by order.</param>
    /// <param name="poison">Orders whose fold failed for good before; kept up to date.</param>
    /// <param name="watermark">The greatest event time of the partition that counts, this batch included; null when there is none.</param>
    /// <param name="isDoubtful">Whether grains may take for stored what the store has lost; then it is stored again where it is missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FoldAsync(
        string partition, OrderGroups batch, HashSet<OrderId> poison, EventTime? watermark, bool isDoubtful, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<OrderId, CaseOutcome>(batch.All.Count);
        long at = time.GetTimestamp();
        var seeds = await SeedsAsync(batch.All, cancellationToken);
        Took("seed");
        await ApplyAsync(partition, batch.All, seeds, false, outcomes, poison, cancellationToken);
        Took("fold");
        await steps.ChangedAsync(partition, cancellationToken);
        await StoreAsync(partition, batch, outcomes, poison, isDoubtful, cancellationToken);
        Took("store");
        if (projections.Length > 0)
            await ProjectAsync(outcomes, cancellationToken);
        Took("project");
        await TellLanesAsync(outcomes, watermark);
        Took("lanes");
        await steps.StoredAsync(partition, cancellationToken);

        void Took(string step)
        {
            long now = time.GetTimestamp();
            instruments.Took(step, time.GetElapsedTime(at, now));
            at = now;
        }
    }

    private async ValueTask<IReadOnlyDictionary<OrderId, CaseState>> SeedsAsync(IReadOnlyList<OrderGroups.Group> groups, CancellationToken cancellationToken)
    {
        var unknown = new List<OrderId>();
        foreach (var group in groups)
        {
            if (!group.IsPlaced && !active.Contains(group.OrderId))
                unknown.Add(group.OrderId);
        }

        var seeds = new Dictionary<OrderId, CaseState>(groups.Count);
        if (unknown.Count > 0)
        {
            var stored = await states.LoadAsync(unknown, cancellationToken);
            foreach (var order in unknown)
                seeds[order] = stored.GetValueOrDefault(order) ?? CaseState.Absent;
        }

        foreach (var group in groups)
        {
            if (group.IsPlaced && !active.Contains(group.OrderId))
                seeds[group.OrderId] = CaseState.Absent;
        }

        return seeds;
    }

    private async Task ApplyAsync(
        string partition,
        IReadOnlyList<OrderGroups.Group> groups,
        IReadOnlyDictionary<OrderId, CaseState> seeds,
        bool areRefused,
        Dictionary<OrderId, CaseOutcome> outcomes,
        HashSet<OrderId> poison,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; groups.Count > 0; attempt++)
        {
            var failed = await CallAsync(groups, seeds, areRefused, outcomes);
            foreach (var group in groups)
            {
                if (!failed.Contains(group))
                    poison.Remove(group.OrderId);
            }

            var hopeless = attempt >= options.Value.FoldAttempts ? failed : failed.FindAll(group => poison.Contains(group.OrderId));
            if (hopeless.Count > 0)
                await SetAsideAsync(partition, hopeless, outcomes, poison, cancellationToken);
            groups = failed.FindAll(group => !hopeless.Contains(group));
            if (groups.Count > 0)
                await Task.Delay(options.Value.Pause(attempt), time, cancellationToken);
        }
    }

    // Returns the orders whose fold failed; throws when a grain could not be called.
    private async Task<List<OrderGroups.Group>> CallAsync(
        IReadOnlyList<OrderGroups.Group> groups,
        IReadOnlyDictionary<OrderId, CaseState> seeds,
        bool areRefused,
        Dictionary<OrderId, CaseOutcome> outcomes)
    {
        var calls = new Task<CaseOutcome>[groups.Count];
        using (OrderDirectoryCache.FoldHere())
        {
            for (int i = 0; i < calls.Length; i++)
            {
                var group = groups[i];
                calls[i] = grains.Order(group.OrderId).Apply(new CaseInput(group.OrderId, group.Events, seeds.GetValueOrDefault(group.OrderId), areRefused));
            }
        }

        CaseOutcome[] answers;
        try
        {
            answers = await Task.WhenAll(calls);
        }
        catch (Exception exception)
        {
            throw new IngestFailedException($"An order's grain could not be called: {exception.Message}", exception);
        }

        var failed = new List<OrderGroups.Group>();
        for (int i = 0; i < answers.Length; i++)
        {
            outcomes[groups[i].OrderId] = answers[i];
            if (answers[i].Failure is not null)
                failed.Add(groups[i]);
        }

        return failed;
    }

    private async Task SetAsideAsync(
        string partition, List<OrderGroups.Group> orders, Dictionary<OrderId, CaseOutcome> outcomes, HashSet<OrderId> poison, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        var now = time.GetUtcNow();
        foreach (var group in orders)
        {
            string reason = $"The order's fold fails: {outcomes[group.OrderId].Failure}";
            foreach (var @event in group.Events.ToArray())
            {
                letters.Add(new DeadLetter(DeadLetterId.Next(now), now, partition, null, reason, RawContent.Of(EventJson.ToJson(@event))));
            }

            LogSetAside(logger, group.OrderId.ToString(), partition, group.Events.Length, reason);
        }

        await deadLetters.AddAsync(letters, cancellationToken);
        instruments.SetAside(letters.Count);
        foreach (var group in orders)
        {
            outcomes.Remove(group.OrderId);
            poison.Add(group.OrderId);
        }
    }

    private async Task StoreAsync(
        string partition,
        OrderGroups batch,
        Dictionary<OrderId, CaseOutcome> outcomes,
        HashSet<OrderId> poison,
        bool isDoubtful,
        CancellationToken cancellationToken)
    {
        var writes = Writes(outcomes, null, isDoubtful);
        while (writes.Count > 0)
        {
            var lost = await states.StoreAsync(partition, writes, cancellationToken);
            if (lost.Count == 0)
                return;
            instruments.Merged(lost.Count);
            var behind = lost.ToHashSet();
            var groups = batch.All.Where(group => behind.Contains(group.OrderId)).ToList();
            await ApplyAsync(partition, groups, await states.LoadAsync(lost, cancellationToken), true, outcomes, poison, cancellationToken);
            writes = Writes(outcomes, behind, isDoubtful: false);
        }
    }

    private static List<CaseWrite> Writes(Dictionary<OrderId, CaseOutcome> outcomes, HashSet<OrderId>? only, bool isDoubtful)
    {
        var writes = new List<CaseWrite>(only?.Count ?? outcomes.Count);
        foreach (var (order, outcome) in outcomes)
        {
            bool isDue = outcome.IsUnstored || (isDoubtful && outcome.Failure is null && !outcome.State.IsAbsent);
            if (isDue && (only is null || only.Contains(order)))
                writes.Add(new CaseWrite(order, outcome));
        }

        // In one order everywhere, so that two partitions that share orders do not wait for each other in a circle.
        writes.Sort(static (left, right) => left.OrderId.CompareTo(right.OrderId));
        return writes;
    }

    private async Task ProjectAsync(Dictionary<OrderId, CaseOutcome> outcomes, CancellationToken cancellationToken)
    {
        var snapshots = new List<CaseSnapshot>(outcomes.Count);
        foreach (var (order, outcome) in outcomes)
            snapshots.Add(CaseSnapshot.Of(outcome.State.Restore(order, out _)));
        await Task.WhenAll(projections.Select(projection => projection.StoreAsync(snapshots, cancellationToken)));
    }

    private async Task TellLanesAsync(Dictionary<OrderId, CaseOutcome> outcomes, EventTime? watermark)
    {
        var lanes = new Dictionary<uint, List<LaneChange>>();
        foreach (var (order, outcome) in outcomes)
        {
            if (outcome.Contribution is { } contribution)
                Add(contribution.Lane.Code, new LaneChange(order, outcome.State.Version, contribution));
            foreach (uint left in outcome.PastLanes)
            {
                if (left != outcome.Contribution?.Lane.Code)
                    Add(left, new LaneChange(order, outcome.State.Version, null));
            }
        }

        var calls = new List<Task>(lanes.Count);
        foreach (var (code, changes) in lanes)
            calls.Add(grains.Lane(Lane.FromCode(code)).Apply(new LaneChanges(changes, watermark)));
        await Task.WhenAll(calls);

        void Add(uint lane, LaneChange change)
        {
            if (!lanes.TryGetValue(lane, out var changes))
                lanes.Add(lane, changes = []);
            changes.Add(change);
        }
    }

    [LoggerMessage(
        EventId = 3001,
        Level = LogLevel.Error,
        Message = "Order {OrderId} of {Partition} was set aside with {Count} events; 'dead-letters retry' puts them back on the log. {Reason}")]
    private static partial void LogSetAside(ILogger logger, string orderId, string partition, int count, string reason);
}

/// <summary>A batch could not be folded now and is to be given again; nothing of it is lost.</summary>
/// <param name="message">What failed.</param>
/// <param name="inner">Why.</param>
internal sealed class IngestFailedException(string message, Exception inner) : Exception(message, inner);
