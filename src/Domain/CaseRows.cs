using System.Buffers;

namespace Eip.Domain;

/// <summary>
/// Canonical rows of consecutive orders, prepared apart from the digest that takes them: writing rows costs far more than hashing them in order, and can
/// be shared by several cores. Not safe for concurrent use.
/// </summary>
public sealed class CaseRows
{
    private const int InitialLength = 64 * 1024;
    private readonly ArrayBufferWriter<byte> cards = new(InitialLength), timelines = new(InitialLength);

    /// <summary>The first order, or null when there is none.</summary>
    public OrderId? FirstOrder { get; private set; }

    /// <summary>The last order, or null when there is none.</summary>
    public OrderId? LastOrder { get; private set; }

    /// <summary>Orders added.</summary>
    public int OrderCount { get; private set; }

    /// <summary>Timeline events added.</summary>
    public int EventCount { get; private set; }

    /// <summary>The rows of the cards.</summary>
    public ReadOnlySpan<byte> Cards => cards.WrittenSpan;

    /// <summary>The rows of the timelines.</summary>
    public ReadOnlySpan<byte> Timelines => timelines.WrittenSpan;

    /// <summary>Adds an order's card and timeline; orders come in ascending order of their id.</summary>
    /// <exception cref="InvalidOperationException">The order does not come after the one before.</exception>
    public void Add(FulfillmentCase @case)
    {
        if (LastOrder is { } last && last.CompareTo(@case.OrderId) >= 0)
            throw new InvalidOperationException($"Order {@case.OrderId} was added after {last}; rows are added in order of id.");
        FirstOrder ??= @case.OrderId;
        LastOrder = @case.OrderId;
        OrderCount++;
        EventCount += @case.EventCount;
        CanonicalCsv.Write(cards, @case.ToCard());
        for (int i = 0; i < @case.EventCount; i++)
            CanonicalCsv.Write(timelines, @case[i]);
    }

    /// <summary>Forgets all rows and keeps the memory.</summary>
    public void Clear()
    {
        cards.ResetWrittenCount();
        timelines.ResetWrittenCount();
        FirstOrder = LastOrder = null;
        OrderCount = EventCount = 0;
    }
}
