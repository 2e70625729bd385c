using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>One thing that a replay emits: an event, or a malformed line in an event's name.</summary>
/// <param name="Event">The event; for a malformed line the event that it was made from.</param>
/// <param name="DueAt">The moment of the virtual clock at which it is due; never before the event's own time.</param>
/// <param name="Malformed">The malformed line, or null for an event.</param>
public readonly record struct Emission(FulfillmentEvent Event, EventTime DueAt, string? Malformed = null)
{
    /// <summary>Whether this is a malformed line.</summary>
    public bool IsMalformed => Malformed is not null;

    /// <summary>What goes over a wire or into a file: the contract's JSON, or the malformed line.</summary>
    public string ToLine() => Malformed ?? EventJson.ToJson(Event);
}
