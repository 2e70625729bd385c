using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Looks one order up, as fresh as the last folded event.</summary>
public interface ICaseReader
{
    /// <summary>The order's card and timeline, or null when no event of it is known.</summary>
    ValueTask<CaseSnapshot?> FindAsync(OrderId orderId, CancellationToken cancellationToken = default);
}

/// <summary>An order at one moment.</summary>
/// <param name="Card">Its card.</param>
/// <param name="Timeline">Its events in timeline order.</param>
/// <param name="Version">Grows with every change of the order.</param>
public sealed record CaseSnapshot(CaseCard Card, IReadOnlyList<FulfillmentEvent> Timeline, long Version)
{
    /// <summary>The path that its events took.</summary>
    public string Variant => CaseVariant.Of(Timeline);

    /// <summary>A snapshot of a case.</summary>
    public static CaseSnapshot Of(FulfillmentCase @case) => new(@case.ToCard(), @case.ToTimeline(), @case.Version);
}
