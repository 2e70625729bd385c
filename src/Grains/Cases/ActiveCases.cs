using System.Collections.Concurrent;
using Eip.Domain;

namespace Eip.Grains.Cases;

/// <summary>
/// The orders whose grains are in this silo's memory, so that a batch fetches only the others. A hint: a wrong answer costs a read, never an event.
/// </summary>
public sealed class ActiveCases
{
    private readonly ConcurrentDictionary<OrderId, byte> orders = new();

    /// <summary>How many there are.</summary>
    public int Count => orders.Count;

    /// <summary>Whether an order's grain is here.</summary>
    public bool Contains(OrderId order) => orders.ContainsKey(order);

    internal void Add(OrderId order) => orders.TryAdd(order, 0);

    internal void Remove(OrderId order) => orders.TryRemove(order, out _);
}
