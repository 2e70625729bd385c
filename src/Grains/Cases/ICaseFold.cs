using Eip.Domain;

namespace Eip.Grains.Cases;

/// <summary>The step that takes one event into a case. An exception from it is the fault of the events, never of the cluster.</summary>
public interface ICaseFold
{
    /// <summary>Takes an event in; false when it was known.</summary>
    bool Apply(FulfillmentCase @case, in FulfillmentEvent @event);
}

/// <summary>The contract's fold (fulfillment-v1 §3).</summary>
public sealed class CaseFold : ICaseFold
{
    /// <inheritdoc/>
    public bool Apply(FulfillmentCase @case, in FulfillmentEvent @event) => @case.Apply(@event);
}
