using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>What just changed. Publishing never waits: a subscriber that falls behind its bound is dropped.</summary>
public interface ILiveFeed
{
    /// <summary>
    /// Changes as they come, beginning after <paramref name="afterId"/> as far back as the feed remembers, or with what comes next. The sequence ends
    /// when the subscriber has fallen behind its bound.
    /// </summary>
    IAsyncEnumerable<LiveChange> SubscribeAsync(long? afterId, CancellationToken cancellationToken = default);
}

/// <summary>What kind of change it is.</summary>
public enum LiveKind
{
    /// <summary>A card changed.</summary>
    Card,

    /// <summary>A card changed so that somebody should look: it became late, was cancelled, or shows a new anomaly.</summary>
    Alert,

    /// <summary>The pipeline moved on.</summary>
    Tick,
}

/// <summary>One change.</summary>
/// <param name="Id">Grows with every change of this feed.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Card">The card as it is now; null for a tick.</param>
/// <param name="Alert">What happened, such as <c>LATE</c>, <c>CANCELLED</c> or an anomaly's name; null unless it is an alert.</param>
/// <param name="Watermark">The watermark at that moment.</param>
public sealed record LiveChange(long Id, LiveKind Kind, CaseCard? Card, string? Alert, EventTime? Watermark);
