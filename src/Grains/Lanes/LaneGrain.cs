using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Eip.Grains.Lanes;

/// <summary>
/// One lane: figures in memory, drawn from the stored cases when it activates and from changes afterwards. Its days go to <c>route_stats_daily</c>
/// once event time has passed midnight, again when a late event changes one, and all of them when the stream has been idle for a while. A reminder
/// stands for as long as something may be unwritten, so that a lane whose silo died comes back by itself.
/// </summary>
[GrainType(GrainReferences.LaneType)]
internal sealed partial class LaneGrain(
    [PersistentState("lane", GrainStores.Lanes)] IPersistentState<LaneState> state,
    ICaseStates states,
    RouteStatsWriter writer,
    StreamClock clock,
    ActiveLanes active,
    ISiloStatusOracle silos,
    IOptions<LaneOptions> options,
    ILogger<LaneGrain> logger) : Grain, ILaneGrain, IRemindable
{
    private const string ReminderName = "unwritten";
    private LaneBook book = null!;
    private Task? loading;
    private HashSet<int> sinceIdle = [];
    private int[] flushing = [];
    private bool isLoaded, isFlushing, isReminded;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        book = new LaneBook(LaneKey.Parse(this.GetPrimaryKeyString()));
        if (!TryResume())
            book.MarkUnwritten(state.State.Days());
        active.Add(GrainContext);
        // Lanes that came to life together do not all write at once.
        this.RegisterGrainTimer(
            static (grain, _) => grain.TickAsync(),
            this,
            new GrainTimerCreationOptions(options.Value.FlushEvery * (0.5 + (Random.Shared.NextDouble() / 2)), options.Value.FlushEvery) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Apply(LaneChanges changes)
    {
        // The next life may have begun, and would not hear of them. Whoever calls tries again, and finds that life once it knows that this silo leaves.
        if (silos.IsLeaving(silos.SiloAddress))
            throw new InvalidOperationException($"Lane {book.Ledger.Lane} moves: its silo leaves.");
        clock.Observe(changes.Watermark);
        book.Apply(changes.Items);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<LaneWindow> Window(int firstDay, int lastDay)
    {
        await LoadedAsync();
        return new LaneWindow([.. book.Contributions.Where(contribution => Touches(contribution, firstDay, lastDay))]);
    }

    /// <inheritdoc/>
    public Task Touch() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task Flush()
    {
        await LoadedAsync();
        if (!await FlushAsync(int.MaxValue))
            throw new InvalidOperationException($"The days of lane {book.Ledger.Lane} could not be written now; the log tells why.");
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        isReminded = true;
        return TickAsync();
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        active.Remove(GrainContext);
        // A courtesy to readers: nothing depends on it, the lane's next life writes what this one did not. Where other silos go on, that life is about to
        // begin, and batches wait for it.
        bool isWorthIt = reason.ReasonCode switch
        {
            DeactivationReasonCode.ActivationIdle => true,
            DeactivationReasonCode.ShuttingDown => !silos.IsLeaving(silos.SiloAddress),
            _ => false,
        };
        if (isWorthIt && isLoaded && book.Unwritten.Count > 0)
            await Task.WhenAny(FlushAsync(clock.Watermark?.DayNumber ?? int.MinValue), Task.Delay(Timeout.Infinite, cancellationToken));
    }

    private async Task LoadAsync()
    {
        book.Apply(await states.LoadLaneAsync(book.Ledger.Lane));
        isLoaded = true;
    }

    // Not before somebody asks for figures, the next tick at the latest. Who tells of changes does not wait for it: they are stored already, and a book
    // takes them in any order. When a silo leaves, hundreds of lanes come back at once, and every batch calls many of them. Fails when the store does; who
    // asks next tries again.
    private Task LoadedAsync() => loading is null or { IsFaulted: true } ? loading = LoadAsync() : loading;

    private async Task TickAsync()
    {
        if (!active.TryBeginTick())
            return;
        try
        {
            await WorkAsync();
        }
        finally
        {
            active.EndTick();
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            // Not with the changes: batches wait for those, and should this silo die first, the others call the lane to life.
            if (book.Unwritten.Count > 0 && !isReminded)
            {
                await this.RegisterOrUpdateReminder(ReminderName, options.Value.RemindEvery, options.Value.RemindEvery);
                isReminded = true;
            }

            await LoadedAsync();
        }
#pragma warning disable CA1031 // Whatever keeps the lane from it: the next tick tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotReady(logger, book.Ledger.Lane.ToString(), exception);
            return;
        }

        bool isIdle = clock.Idle >= options.Value.IdleAfter;
        if (isIdle && sinceIdle.Count > 0)
        {
            // Once more what was written while events came: a life of this lane that was ending then may have written older figures after.
            book.MarkUnwritten(sinceIdle);
            sinceIdle = [];
        }

        if (book.Unwritten.Count > 0)
        {
            DelayDeactivation(options.Value.RemindEvery);
            await FlushAsync(isIdle ? int.MaxValue : clock.Watermark?.DayNumber ?? int.MinValue, remember: !isIdle);
        }

        if (isIdle && isReminded && book.Unwritten.Count == 0)
        {
            isReminded = false;
            if (await this.GetReminder(ReminderName) is { } reminder)
                await this.UnregisterReminder(reminder);
        }
    }

    private async Task<bool> FlushAsync(int before, bool remember = true)
    {
        if (isFlushing)
            return false;
        isFlushing = true;
        var days = book.TakeBefore(before);
        flushing = [.. days.Select(static day => day.Day)];
        try
        {
            if (days.Count == 0)
                return true;
            if (state.State.Cover(flushing))
                await state.WriteStateAsync();
            var lane = book.Ledger.Lane;
            var changed = new List<RouteStats>(days.Count);
            var removed = new List<RouteStatsKey>();
            foreach (var (day, kpis) in days)
            {
                var date = DateOnly.FromDayNumber(day);
                if (kpis is null)
                    removed.Add(new RouteStatsKey(date, lane));
                else
                    changed.Add(new RouteStats(date, lane, kpis));
            }

            await writer.WriteAsync(changed, removed);
            if (remember)
                sinceIdle.UnionWith(flushing);
            return true;
        }
#pragma warning disable CA1031 // Whatever keeps the days from being written: they stay unwritten and the next tick tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            book.MarkUnwritten(flushing);
            LogNotWritten(logger, book.Ledger.Lane.ToString(), days.Count, exception);
            if (exception is Orleans.Storage.InconsistentStateException)
                DeactivateOnIdle();
            return false;
        }
        finally
        {
            isFlushing = false;
            flushing = [];
        }
    }

    private static bool Touches(in LaneContribution contribution, int first, int last) =>
        In(contribution.CancelledDay, first, last) || In(contribution.BreachDay, first, last)
        || In(contribution.Promise?.Day, first, last) || In(contribution.Sample?.Day, first, last);

    private static bool In(int? day, int first, int last) => day >= first && day <= last;
}
