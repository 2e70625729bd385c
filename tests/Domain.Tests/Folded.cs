using Eip.Tests;

namespace Eip.Domain.Tests;

/// <summary>Events folded one by one, each lane following every change, and the projections as text.</summary>
internal sealed class Folded
{
    private readonly SortedDictionary<OrderId, FulfillmentCase> cases = [];

    public Folded(IEnumerable<FulfillmentEvent> events)
    {
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var folded))
                cases.Add(@event.OrderId, folded = new FulfillmentCase(@event.OrderId));
            var before = folded.Contribution();
            folded.Apply(@event);
            Network.Replace(before, folded.Contribution());
        }
    }

    public NetworkLedger Network { get; } = new();

    public string Cards() => ContractVectors.Text(CanonicalCsv.CardHeader, output =>
    {
        foreach (var folded in cases.Values)
            CanonicalCsv.Write(output, folded.ToCard());
    });

    public string Timeline() => ContractVectors.Text(CanonicalCsv.EventHeader, output =>
    {
        foreach (var @event in cases.Values.SelectMany(static folded => folded.ToTimeline()))
            CanonicalCsv.Write(output, @event);
    });

    public string RouteStats() => ContractVectors.Text(CanonicalCsv.RouteStatsHeader, output =>
    {
        foreach (var row in Network.ToRouteStats())
            CanonicalCsv.Write(output, row);
    });

    public string Digest()
    {
        using var digest = new ProjectionDigest();
        foreach (var folded in cases.Values)
            digest.Add(folded.ToCard(), folded.ToTimeline());
        foreach (var row in Network.ToRouteStats())
            digest.Add(row);
        return digest.Finish();
    }
}
