using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Scenarios;

/// <summary>
/// Finds the orders that have waited in a step for longer than the 95th percentile of their lane, or of the network where the lane has too few, at a
/// moment. Norms are taken over orders placed in some days up to it, as far as they had gone by then.
/// </summary>
internal sealed class StuckOrders(ApiRequest request, CaseFilter orders, EventTime moment, int days)
{
    private const int MinSamples = 20;
    private static readonly (OpenStep Step, CaseDuration Duration)[] Steps =
        [(OpenStep.Approval, CaseDuration.Approval), (OpenStep.Handling, CaseDuration.Handling), (OpenStep.Transit, CaseDuration.Transit)];

    /// <summary>Those that are stuck, in no order.</summary>
    /// <param name="only">The step, or none for all three.</param>
    public async ValueTask<List<StuckItem>> FindAsync(OpenStep only)
    {
        var stuck = new List<StuckItem>();
        bool isNow = moment == request.Watermark;
        foreach (var (step, duration) in Steps)
        {
            if (only != OpenStep.None && only != step)
                continue;
            if (isNow)
                await FindNowAsync(step, duration, stuck);
            else
                await FindThenAsync(step, stuck);
        }

        return stuck;
    }

    private CaseFilter Recent => new()
    {
        Ordered = new TimeRange(new EventTime(Math.Max(moment.UnixSeconds - ((long)days * EventTime.SecondsPerDay), EventTime.MinValue.UnixSeconds)), moment + 1),
    };

    private async ValueTask FindNowAsync(OpenStep step, CaseDuration duration, List<StuckItem> stuck)
    {
        var search = request.Ports.Search;
        var network = (await search.MeasureAsync(Recent, duration, CaseGrouping.None, request.Cancellation)).FirstOrDefault(static group => group.Count > 0);
        if (network is null)
            return;
        var norms = new StepNorms(network.P95, (await search.MeasureAsync(Recent, duration, CaseGrouping.Lane, request.Cancellation))
            .Where(static group => group.Count >= MinSamples && Lane.TryParse(group.Key, out _))
            .ToDictionary(static group => Lane.TryParse(group.Key, out var lane) ? lane : default, static group => group.P95));
        var waiting = orders with { OpenStep = step, OpenSinceAtMost = Queries.CaseFilterReader.WaitingLongerThan(moment, norms.Shortest) };
        await search.VisitAsync(waiting, card => Judge(card, CaseProgress.Of(card), norms, stuck), request.Cancellation);
    }

    private async ValueTask FindThenAsync(OpenStep step, List<StuckItem> stuck)
    {
        var values = new List<long>();
        var byLane = new Dictionary<Lane, List<long>>();
        await request.Ports.Search.VisitAsync(Recent, Take, request.Cancellation);
        if (values.Count == 0)
            return;
        var norms = new StepNorms(P95(values), byLane.Where(static lane => lane.Value.Count >= MinSamples).ToDictionary(static lane => lane.Key, static lane => P95(lane.Value)));
        await request.Ports.Search.VisitAsync(
            orders with { Ordered = new TimeRange(null, moment + 1) },
            card =>
            {
                if (ProgressThen(card) is { } progress && progress.Step == step)
                    Judge(card, progress, norms, stuck);
            },
            request.Cancellation);

        void Take(CaseCard card)
        {
            if (Seconds(card, step) is not { } seconds)
                return;
            values.Add(seconds);
            if (card.Lane is not { } lane)
                return;
            if (!byLane.TryGetValue(lane, out var own))
                byLane.Add(lane, own = []);
            own.Add(seconds);
        }
    }

    private void Judge(CaseCard card, CaseProgress progress, StepNorms norms, List<StuckItem> stuck)
    {
        long norm = norms.Network;
        bool isLaneNorm = card.Lane is { } lane && norms.Lanes.TryGetValue(lane, out norm);
        var item = new StuckItem(card, moment, progress, isLaneNorm ? norm : norms.Network, isLaneNorm);
        if (item.ExcessSeconds > 0)
            stuck.Add(item);
    }

    // A step that had ended by the moment.
    private long? Seconds(CaseCard card, OpenStep step) => step switch
    {
        OpenStep.Approval => card.ApprovedAt <= moment ? card.ApprovalSeconds : null,
        OpenStep.Handling => card.HandoffAt <= moment ? card.HandlingSeconds : null,
        _ => card.DeliveredAt <= moment ? card.TransitSeconds : null,
    };

    private CaseProgress? ProgressThen(CaseCard card)
    {
        if (card.CancelledAt <= moment || card.DeliveredAt <= moment)
            return null;
        if (card.HandoffAt <= moment)
            return new CaseProgress(OpenStep.Transit, card.HandoffAt);
        return card.ApprovedAt <= moment ? new CaseProgress(OpenStep.Handling, card.ApprovedAt) : new CaseProgress(OpenStep.Approval, card.OrderedAt);
    }

    private static long P95(List<long> values)
    {
        values.Sort();
        return values[Pipeline.Search.DurationDistributions.Rank(values.Count, 95)];
    }

    private sealed record StepNorms(long Network, Dictionary<Lane, long> Lanes)
    {
        public long Shortest => Math.Min(Network, Lanes.Count == 0 ? long.MaxValue : Lanes.Values.Min());
    }
}
