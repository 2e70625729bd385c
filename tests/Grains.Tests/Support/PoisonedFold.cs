using Eip.Domain;
using Eip.Grains.Cases;

namespace Eip.Grains.Tests.Support;

/// <summary>A fold that one order breaks, until it is healed.</summary>
internal sealed class PoisonedFold(OrderId poisoned) : ICaseFold
{
    private int attempts;

    public bool IsHealed { get; set; }

    public int Attempts => attempts;

    public bool Apply(FulfillmentCase @case, in FulfillmentEvent @event)
    {
        if (@event.OrderId != poisoned || IsHealed)
            return @case.Apply(@event);
        Interlocked.Increment(ref attempts);
        throw new ArithmeticException("This order is poison.");
    }
}
