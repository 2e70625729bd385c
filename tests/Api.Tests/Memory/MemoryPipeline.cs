using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests.Memory;

/// <summary>All ports over a naive model: a host as small as can be.</summary>
internal sealed class MemoryPipeline(TimeProvider clock) : IEventSink, ICaseReader, ICaseSearch, ILaneReader, IPipelineStatus
{
    private readonly Lock gate = new();
    private readonly NaiveModel model = new();
    private long appended;

    public MemoryLiveFeed Feed { get; } = new();

    /// <summary>When set, the log takes events and the projections stand still.</summary>
    public bool IsStalled { get; set; }

    public MemoryDeadLetters? DeadLetters { get; set; }

    private long stalledEvents;

    public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (IsStalled)
            {
                stalledEvents += events.Length;
                return ValueTask.FromResult(new AppendResult(events.Length, 0));
            }

            long added = 0;
            foreach (ref readonly var @event in events.Span)
            {
                bool wasLate = model.Cases.TryGetValue(@event.OrderId, out var before) && before.ToCard().IsLate;
                if (!model.Apply(@event))
                    continue;
                added++;
                var card = model.Cases[@event.OrderId].ToCard();
                bool isAlert = card.IsLate && !wasLate;
                Feed.Publish(isAlert ? LiveKind.Alert : LiveKind.Card, card, isAlert ? "LATE" : null, model.Watermark);
            }

            appended += added;
            return ValueTask.FromResult(new AppendResult(added, events.Length - added));
        }
    }

    public ValueTask<CaseSnapshot?> FindAsync(OrderId orderId, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult(model.Cases.TryGetValue(orderId, out var found) ? CaseSnapshot.Of(found) : null);
    }

    public ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult(model.Page(query, clock.GetUtcNow()));
    }

    public async IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<CaseCard> found;
        lock (gate)
            found = model.Search(query);
        foreach (var card in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return card;
        }

        await Task.CompletedTask;
    }

    public ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<DurationDistribution>>(model.Measure(filter, duration, grouping));
    }

    public ValueTask<IReadOnlyList<LaneFigures>> ListAsync(DateRange window, CancellationToken cancellationToken = default)
    {
        var (last, days) = Window(window);
        lock (gate)
        {
            var all = model.Ledger().Lanes.OrderBy(static ledger => ledger.Lane).Select(ledger => new LaneFigures(ledger.Lane, ledger.Over(last, days)));
            return ValueTask.FromResult<IReadOnlyList<LaneFigures>>([.. all.Where(static lane => lane.Kpis is not { SampleCount: 0, BreachCount: 0, CancelledCount: 0, PromisedCount: 0 })]);
        }
    }

    public ValueTask<LaneKpis?> FindAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default)
    {
        var (last, days) = Window(window);
        lock (gate)
            return ValueTask.FromResult(model.Ledger().Find(lane)?.Over(last, days));
    }

    public ValueTask<IReadOnlyList<RouteStats>> DailyAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return ValueTask.FromResult<IReadOnlyList<RouteStats>>([.. model.Ledger().ToRouteStats().Where(row => row.Lane == lane && window.Contains(row.StatDate))]);
    }

    public ValueTask<LaneKpis> NetworkAsync(DateRange window, CancellationToken cancellationToken = default)
    {
        var (last, days) = Window(window);
        lock (gate)
            return ValueTask.FromResult(model.Ledger().Over(last, days));
    }

    public async ValueTask<PipelineStatus> GetAsync(CancellationToken cancellationToken = default)
    {
        long letters = DeadLetters is { } known ? await known.CountAsync(cancellationToken) : 0;
        lock (gate)
        {
            var partition = new PartitionStatus(0, appended + stalledEvents, appended, model.Watermark, model.Watermark, 0);
            return new PipelineStatus(clock.GetUtcNow(), model.Watermark, [partition], letters, model.Cases.Count);
        }
    }

    private static (int Last, int Days) Window(DateRange window) => (window.To.DayNumber, window.To.DayNumber - window.From.DayNumber + 1);
}
