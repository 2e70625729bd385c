namespace Eip.Domain;

/// <summary>The step that an open order waits in. Persisted values never change.</summary>
public enum OpenStep : byte
{
    /// <summary>Neither settled nor placed: nothing to wait for.</summary>
    None = 0,

    /// <summary>Ordered, waiting for approval.</summary>
    Approval = 1,

    /// <summary>Approved, waiting for the hand-over to the carrier.</summary>
    Handling = 2,

    /// <summary>Handed over, waiting for delivery.</summary>
    Transit = 3,
}

/// <summary>Where an order stands between its milestones.</summary>
/// <param name="Step">The step that it waits in; <see cref="OpenStep.None"/> once delivered or cancelled.</param>
/// <param name="Since">When that step began.</param>
public readonly record struct CaseProgress(OpenStep Step, EventTime? Since)
{
    /// <summary>The progress that a card shows.</summary>
    public static CaseProgress Of(CaseCard card)
    {
        if (card.CancelledAt is not null || card.DeliveredAt is not null)
            return default;
        if (card.HandoffAt is { } handoff)
            return new CaseProgress(OpenStep.Transit, handoff);
        if (card.ApprovedAt is { } approved)
            return new CaseProgress(OpenStep.Handling, approved);
        return card.OrderedAt is { } ordered ? new CaseProgress(OpenStep.Approval, ordered) : default;
    }
}

/// <summary>The path that an order's events took.</summary>
public static class CaseVariant
{
    /// <summary>The event types of a timeline in its order, such as <c>ORDER_PLACED&gt;ORDER_APPROVED</c>.</summary>
    public static string Of(IReadOnlyList<FulfillmentEvent> timeline) => string.Join('>', timeline.Select(static @event => @event.Type.Name()));
}
