using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>Which events a replay takes: those that match every kind of condition that is set; within one kind, any of its values.</summary>
public sealed record ReplayFilter
{
    /// <summary>Takes everything.</summary>
    public static readonly ReplayFilter Everything = new();

    /// <summary>The orders, or empty for all.</summary>
    public IReadOnlySet<OrderId> Orders { get; init; } = new HashSet<OrderId>();

    /// <summary>The sellers' regions, or empty for all.</summary>
    public IReadOnlySet<Region> SellerRegions { get; init; } = new HashSet<Region>();

    /// <summary>The customers' regions, or empty for all.</summary>
    public IReadOnlySet<Region> CustomerRegions { get; init; } = new HashSet<Region>();

    /// <summary>The types, or empty for all.</summary>
    public IReadOnlySet<EventType> Types { get; init; } = new HashSet<EventType>();

    /// <summary>Whether no condition is set.</summary>
    public bool IsEverything => Orders.Count == 0 && SellerRegions.Count == 0 && CustomerRegions.Count == 0 && Types.Count == 0;

    /// <summary>Whether an event is taken.</summary>
    public bool Matches(in FulfillmentEvent @event) =>
        (Types.Count == 0 || Types.Contains(@event.Type))
        && (Orders.Count == 0 || Orders.Contains(@event.OrderId))
        && (SellerRegions.Count == 0 || SellerRegions.Contains(@event.SellerRegion))
        && (CustomerRegions.Count == 0 || CustomerRegions.Contains(@event.CustomerRegion));

    /// <summary>The conditions in one line, the same for equal filters.</summary>
    public override string ToString()
    {
        if (IsEverything)
            return "everything";
        var parts = new List<string>();
        Add("order", Orders.Select(static order => order.ToString()));
        Add("seller-region", SellerRegions.Select(static region => region.ToString()));
        Add("customer-region", CustomerRegions.Select(static region => region.ToString()));
        Add("type", Types.Select(static type => type.Name()));
        return string.Join(' ', parts);

        void Add(string name, IEnumerable<string> values)
        {
            string joined = string.Join(',', values.Order(StringComparer.Ordinal));
            if (joined.Length > 0)
                parts.Add($"{name}={joined}");
        }
    }
}
