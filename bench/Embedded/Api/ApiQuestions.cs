using Eip.Domain;

namespace Eip.Bench.Api;

/// <summary>The questions that are measured, the same ones for every system that answers them.</summary>
internal sealed class ApiQuestions(IReadOnlyList<string> orderIds, IReadOnlyList<Lane> lanes)
{
    private static readonly string[] Statuses = ["DELIVERED", "DELAYED", "CANCELLED", "HANDED_OFF"];
    private static readonly string[] Regions = ["SP", "RJ", "MG", "RS", "PR", "BA"];

    /// <summary>One search with facets: a status, a region of the seller, and a month of orders.</summary>
    public static (string Status, string Region, DateOnly From, DateOnly To) Search(Random random)
    {
        var from = new DateOnly(2017, 1, 1).AddMonths(random.Next(20));
        return (Statuses[random.Next(Statuses.Length)], Regions[random.Next(Regions.Length)], from, from.AddMonths(1).AddDays(-1));
    }

    public string OrderId(Random random) => orderIds[random.Next(orderIds.Count)];

    public Lane Lane(Random random) => lanes[random.Next(lanes.Count)];
}
