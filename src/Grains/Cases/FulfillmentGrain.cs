using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.State;
using Orleans.Placement;

namespace Eip.Grains.Cases;

/// <summary>
/// One order: the shell of a <see cref="FulfillmentCase"/>. It stores nothing itself; whoever gave it events stores the outcome and, should somebody
/// else have written in between, brings the stored state back to be merged. A case is a set, so a merge loses nothing.
/// </summary>
[PreferLocalPlacement]
[GrainType(GrainReferences.FulfillmentType)]
public sealed class FulfillmentGrain(ICaseStates states, ICaseFold fold, ActiveCases active) : Grain, IFulfillmentGrain
{
    private OrderId orderId;
    private FulfillmentCase? folded;
    private CaseState stored = CaseState.Absent;
    private CaseState? packed;
    private IReadOnlyList<uint> pastLanes = [];
    private Lane? lane;
    private long writer;
    private bool settled;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        orderId = OrderId.Parse(this.GetGrainId().Key.AsSpan());
        active.Add(orderId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        active.Remove(orderId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<CaseOutcome> Apply(CaseInput input)
    {
        if (folded is null)
            Adopt(input.Seed ?? await LoadAsync());
        else if (input.Seed is { } seed && seed.Writer != writer && (seed.Version > stored.Version || input.IsRefused))
            Merge(seed);

        int added = 0;
        try
        {
            added = Fold(input.Events.Span);
        }
#pragma warning disable CA1031 // Whatever a fold throws is the fault of these events; it is reported and their sender decides.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Half a fold is in memory: forget it. A new life, should outcomes of this one still be on their way to the store.
            var refused = new CaseOutcome { State = stored, BaseVersion = stored.Version, BaseWriter = stored.Writer, Failure = exception.Message };
            folded = null;
            return refused;
        }

        var outcome = Outcome(added);
        if (settled)
            DeactivateOnIdle();
        return outcome;
    }

    /// <inheritdoc/>
    public async ValueTask<CaseState> Read()
    {
        if (folded is null)
            Adopt(await LoadAsync());
        if (folded!.EventCount == 0 || settled)
            DeactivateOnIdle();
        return folded.EventCount == 0 ? CaseState.Absent : Packed();
    }

    private async ValueTask<CaseState> LoadAsync() => (await states.LoadAsync([orderId])).GetValueOrDefault(orderId) ?? CaseState.Absent;

    private void Adopt(CaseState state)
    {
        folded = state.Restore(orderId, out pastLanes);
        lane = folded.Contribution()?.Lane;
        stored = state;
        packed = null;
        writer = Random.Shared.NextInt64(1, long.MaxValue);
        Observe();
    }

    // The stored state moved on without this grain: two activations of one order lived for a moment, a write outlived its silo, or the store went back to
    // what it was before (a backup was restored, it was made anew). The version passes
    // both, and is never below that of a fold of the same events from the log, so that a card rebuilt from there does not win against later ones.
    private void Merge(CaseState seed)
    {
        var mine = folded!;
        long version = Math.Max(mine.Version, seed.Version);
        var lanesOfMine = lane is { } current ? pastLanes.Append(current.Code) : pastLanes;
        var left = lanesOfMine.ToArray();
        Adopt(seed);
        foreach (var @event in mine.ToTimeline())
            folded!.Apply(@event);
        if (folded!.Version != seed.Version)
            folded = FulfillmentCase.Restore(orderId, folded.ToTimeline(), Math.Max(folded.Version, version + 1));
        foreach (uint code in left)
            Leave(code);
        Observe();
    }

    private int Fold(ReadOnlySpan<FulfillmentEvent> events)
    {
        int added = 0;
        long before = folded!.Version;
        foreach (ref readonly var @event in events)
        {
            if (fold.Apply(folded, @event))
                added++;
        }

        if (folded.Version != before)
            Observe();
        return added;
    }

    // Notes what follows from the case: which lane it is in, which it has left, and whether anything is still to come.
    private void Observe()
    {
        packed = null;
        settled = false;
        for (int i = 0; i < folded!.EventCount; i++)
            settled |= folded[i].Type is EventType.Delivered or EventType.OrderCancelled;
        var now = folded.Contribution()?.Lane;
        if (lane is { } before && now != before)
            Leave(before.Code);
        lane = now;
    }

    private void Leave(uint code)
    {
        if (!pastLanes.Contains(code))
            pastLanes = [.. pastLanes, code];
    }

    private CaseState Packed() => packed ??= folded!.Version == stored.Version ? stored : CaseState.Of(folded, pastLanes, writer);

    private CaseOutcome Outcome(int added) => new()
    {
        State = Packed(),
        BaseVersion = stored.Version,
        BaseWriter = stored.Writer,
        Contribution = folded!.Contribution(),
        PastLanes = pastLanes,
        Added = added,
        Lane = folded.Lane?.Code,
    };
}
