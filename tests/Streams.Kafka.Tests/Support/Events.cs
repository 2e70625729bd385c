using Eip.Domain;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>Distinct events.</summary>
internal static class Events
{
    private static readonly EventTime Start = EventTime.Parse("2017-03-01T08:00:00Z");

    /// <summary>One event each of this many orders, by number.</summary>
    public static FulfillmentEvent[] Of(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(One)];

    /// <summary>The event with a number.</summary>
    public static FulfillmentEvent One(int number) => new(
        OrderId.FromHex(new UInt128(0x9E37_79B9_7F4A_7C15UL * (ulong)(number + 1), (ulong)number)),
        (EventType)(1 + (number % 7)),
        Start + number,
        Region.Parse("SP"),
        Region.Parse("RJ"),
        Start + 1_000_000);
}
