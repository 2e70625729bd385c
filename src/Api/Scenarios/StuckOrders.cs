using Eip.Api.Estimates;
using Eip.Api.Http;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Scenarios;

/// <summary>
/// Finds the orders that have waited in a step for longer than the 95th percentile of their lane, or of the network where the lane has too few, at a
/// moment. Norms are taken over orders placed in some days up to it, as far as they had gone by then.
/// </summary>
internal sealed class StuckOrders(ApiRequest request, CaseFilter orders, EventTime moment, int days)
{
    private static readonly OpenStep[] Steps = [OpenStep.Approval, OpenStep.Handling, OpenStep.Transit];

    /// <summary>Those that are stuck, in no order.</summary>
    /// <param name="only">The step, or none for all three.</param>
    public async ValueTask<List<StuckItem>> FindAsync(OpenStep only)
    {
        var stuck = new List<StuckItem>();
        bool isNow = moment == request.Watermark;
        foreach (var step in Steps)
        {
            if (only != OpenStep.None && only != step)
                continue;
            if (isNow)
                await FindNowAsync(step, stuck);
            else
                await FindThenAsync(step, stuck);
        }

        return stuck;
    }

    private async ValueTask FindNowAsync(OpenStep step, List<StuckItem> stuck)
    {
        var norms = await request.Ports.StepNorms.GetAsync(step, days, moment, request.Cancellation);
        if (norms.Network is null)
            return;
        var waiting = orders with { OpenStep = step, OpenSinceAtMost = CaseFilterReader.WaitingLongerThan(moment, norms.Shortest) };
        await request.Ports.Search.VisitAsync(waiting, card => Judge(card, CaseProgress.Of(card), norms, stuck), request.Cancellation);
    }

    private async ValueTask FindThenAsync(OpenStep step, List<StuckItem> stuck)
    {
        var values = new List<long>();
        var byLane = new Dictionary<Lane, List<long>>();
        await request.Ports.Search.VisitAsync(StepNormsNow.Recent(moment, days), Take, request.Cancellation);
        if (values.Count == 0)
            return;
        var norms = new StepNorms(P95(values), byLane.Where(static lane => lane.Value.Count >= StepNorms.MinSamples).ToDictionary(static lane => lane.Key, static lane => P95(lane.Value)));
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
        long norm = 0;
        bool isLaneNorm = card.Lane is { } lane && norms.Lanes.TryGetValue(lane, out norm);
        if (!isLaneNorm)
            norm = norms.Network!.Value;
        if (progress.Since is { } since && moment - since > norm)
            stuck.Add(new StuckItem(card, moment, progress, norm, isLaneNorm));
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
}
