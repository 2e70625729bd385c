using System.ComponentModel.DataAnnotations;
using Eip.Api.Shipments;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Live;

/// <summary>One change, as the data of a server-sent event.</summary>
public sealed class LiveDocument(LiveChange change)
{
    /// <summary>Its number; give it as <c>Last-Event-ID</c> to go on after it.</summary>
    public long Id => change.Id;

    /// <summary><c>card</c>, <c>alert</c> or <c>tick</c>.</summary>
    [AllowedValues("card", "alert", "tick")]
    public string Kind => change.Kind.ToString().ToLowerInvariant();

    /// <summary>What happened, such as <c>LATE</c>, <c>CANCELLED</c> or an anomaly's name; null unless it is an alert.</summary>
    public string? Alert => change.Alert;

    /// <summary>The card as it is now; null for a tick.</summary>
    public CardItem? Card { get; } = change.Card is { } card ? new CardItem(card, change.Watermark) : null;

    /// <summary>The watermark at that moment.</summary>
    public EventTime? Watermark => change.Watermark;

    /// <summary>The wall-clock moment at which it was sent.</summary>
    public required EventTime AsOf { get; init; }
}
