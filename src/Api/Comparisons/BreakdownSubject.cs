using Eip.Api.Http;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Comparisons;

/// <summary>What a breakdown counts: which cards, by which of their times, with which duration.</summary>
internal sealed record BreakdownSubject(
    string Name, string Time, string Counted, Func<CaseFilter, TimeRange, CaseFilter> In, Func<CaseCard, EventTime?> At, Func<CaseCard, long?> Seconds)
{
    private static readonly CaseStatus[] NotCancelled = [.. CaseNames.AllStatuses.Where(static status => status != CaseStatus.Cancelled)];

    private static readonly BreakdownSubject[] All =
    [
        new("deliveries", "deliveredAt", "Deliveries in the period that have a lead time.",
            static (filter, period) => filter with { Delivered = period, Statuses = [CaseStatus.Delivered], LeadTime = new SecondsRange(0, null) },
            static card => card.DeliveredAt, static card => card.LeadTimeSeconds),
        new("delays", "delayedAt", "Orders that TMS judged late in the period, cancelled ones left out.",
            static (filter, period) => filter with { Delayed = period, Statuses = NotCancelled },
            static card => card.DelayedAt, static _ => null) { StepAt = static card => StepOf(card, card.DelayedAt!.Value) },
        new("cancellations", "cancelledAt", "Orders cancelled in the period; their duration is from order to cancellation.",
            static (filter, period) => filter with { Cancelled = period, Statuses = [CaseStatus.Cancelled] },
            static card => card.CancelledAt, static card => card.OrderedAt is { } ordered && card.CancelledAt >= ordered ? card.CancelledAt - ordered : null)
            { StepAt = static card => StepOf(card, card.CancelledAt!.Value) },
        new("approval", "orderedAt", "Orders placed in the period that were approved.",
            static (filter, period) => filter with { Ordered = period, Approval = new SecondsRange(0, null) }, static card => card.OrderedAt, static card => card.ApprovalSeconds),
        new("handling", "orderedAt", "Orders placed in the period that were approved and handed over.",
            static (filter, period) => filter with { Ordered = period, Handling = new SecondsRange(0, null) }, static card => card.OrderedAt, static card => card.HandlingSeconds),
        new("transit", "deliveredAt", "Orders delivered in the period that were handed over before.",
            static (filter, period) => filter with { Delivered = period, Transit = new SecondsRange(0, null) }, static card => card.DeliveredAt, static card => card.TransitSeconds),
    ];

    /// <summary>What can be counted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static subject => subject.Name)];

    /// <summary>The step that an order was in when it was counted; null where there is no such thing.</summary>
    public Func<CaseCard, OpenStep>? StepAt { get; init; }

    /// <summary>Whether it can be grouped by step.</summary>
    public bool HasSteps => StepAt is not null || Name == "deliveries";

    /// <summary>What a query asks for.</summary>
    public static BreakdownSubject Read(QueryReader query)
    {
        string name = query.Word("of", [.. Names]) ?? throw ApiProblemException.BadParameter("of", $"of is needed: one of {string.Join(", ", Names)}.");
        return All.Single(subject => subject.Name == name);
    }

    // Milestones at the moment itself count: Olist's cancellations have the time of the last one.
    private static OpenStep StepOf(CaseCard card, EventTime moment) =>
        card.DeliveredAt <= moment ? OpenStep.None
        : card.HandoffAt <= moment ? OpenStep.Transit
        : card.ApprovedAt <= moment ? OpenStep.Handling
        : card.OrderedAt <= moment ? OpenStep.Approval : OpenStep.None;
}
