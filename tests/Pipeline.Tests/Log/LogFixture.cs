using Eip.Domain;
using Eip.Pipeline.Log;

namespace Eip.Pipeline.Tests.Log;

/// <summary>A directory of its own that goes with the test, and events made from a number.</summary>
public sealed class LogFixture : IDisposable
{
    public const long FirstTime = 1_500_000_000;

    // Recovery syncs at every step; in memory that takes no time.
    private const string MemoryFolder = "/dev/shm";

    public string Directory { get; } = System.IO.Directory.Exists(MemoryFolder)
        ? System.IO.Directory.CreateDirectory(Path.Combine(MemoryFolder, "eip-log-" + Guid.NewGuid().ToString("N"))).FullName
        : System.IO.Directory.CreateTempSubdirectory("eip-log-").FullName;

    public static EventLogOptions OnePartition { get; } = new() { Partitions = 1 };

    /// <summary>Event number <paramref name="i"/>: seven to an order; every fifth order has an id that is not hexadecimal; some have no regions, no promise, or payload extras.</summary>
    public static FulfillmentEvent Event(int i)
    {
        int order = i / 7;
        var id = order % 5 == 4 ? OrderId.Parse($"order {order} é") : OrderId.FromHex(new UInt128((ulong)order * 0x9E37_79B9_7F4A_7C15, (ulong)order));
        return new FulfillmentEvent(
            id,
            (EventType)((i % 7) + 1),
            new EventTime(FirstTime + i),
            i % 11 == 0 ? Region.Unknown : Region.Parse("SP"),
            i % 13 == 0 ? Region.Unknown : Region.Parse("RJ"),
            i % 3 == 0 ? null : new EventTime(FirstTime + i + 1_000_000),
            i % 7 == 6 ? """{"inferred":true,"reason":"canceled"}""" : null);
    }

    public static FulfillmentEvent[] Events(int first, int count) => [.. Enumerable.Range(first, count).Select(Event)];

    public static List<FulfillmentEvent> ReadAll(EventLog log, int partition, long offset = 0)
    {
        using var reader = log.Read(partition, offset);
        return ReadOn(reader);
    }

    public static List<FulfillmentEvent> ReadOn(EventLogReader reader)
    {
        var found = new List<FulfillmentEvent>();
        var buffer = new FulfillmentEvent[100];
        for (int count; (count = reader.Read(buffer)) > 0;)
            found.AddRange(buffer.AsSpan(0, count));
        return found;
    }

    public static IEnumerable<FulfillmentEvent> ReadAll(EventLog log) =>
        Enumerable.Range(0, log.PartitionCount).SelectMany(partition => ReadAll(log, partition));

    /// <summary>The segment files of a partition, in order.</summary>
    public string[] Segments(int partition = 0) =>
        [.. System.IO.Directory.GetFiles(Path.Combine(Directory, $"p{partition:D4}"), "*.log").Order(StringComparer.Ordinal)];

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
