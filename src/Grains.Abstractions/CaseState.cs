using System.Buffers;
using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>
/// A case as it is stored and as it travels: everything that its fold needs, and where it stands in the chain of writes. A chain has no forks: each
/// write names the one that it builds on, and a write that builds on another than the last one loses and is merged.
/// </summary>
/// <param name="body">The packed body.</param>
/// <param name="version">Grows along the chain.</param>
/// <param name="writer">Who wrote it.</param>
[GenerateSerializer]
[Immutable]
[Alias("eip.CaseState")]
public sealed class CaseState(byte[] body, long version, long writer)
{
    private const byte Format = 1;

    /// <summary>The state of an order of which nothing is stored.</summary>
    public static CaseState Absent { get; } = new([], 0, 0);

    /// <summary>Timeline and past lanes, packed; empty when nothing is stored.</summary>
    [Id(0)]
    public byte[] Body { get; } = body;

    /// <summary>Grows with every write of the chain; 0 when nothing is stored.</summary>
    [Id(1)]
    public long Version { get; } = version;

    /// <summary>The life of a grain that wrote it, a random number; 0 when nothing is stored.</summary>
    [Id(2)]
    public long Writer { get; } = writer;

    /// <summary>Whether nothing is stored.</summary>
    public bool IsAbsent => Version == 0;

    /// <summary>Packs a case.</summary>
    /// <param name="case">The case.</param>
    /// <param name="pastLanes">Lanes (<see cref="Lane.Code"/>) that the order contributed to and has left.</param>
    /// <param name="writer">Who writes.</param>
    public static CaseState Of(FulfillmentCase @case, IReadOnlyCollection<uint> pastLanes, long writer)
    {
        var output = new ArrayBufferWriter<byte>(16 + (@case.EventCount * 48));
        output.GetSpan(1)[0] = Format;
        output.Advance(1);
        EventPacking.WriteInt32(output, pastLanes.Count);
        foreach (uint lane in pastLanes)
            EventPacking.WriteInt32(output, (int)lane);
        EventPacking.WriteTimeline(output, @case.ToTimeline());
        return new CaseState(output.WrittenSpan.ToArray(), @case.Version, writer);
    }

    /// <summary>Restores the case.</summary>
    /// <exception cref="InvalidDataException">The body is damaged or of a format that this release does not know.</exception>
    public FulfillmentCase Restore(OrderId orderId, out IReadOnlyList<uint> pastLanes)
    {
        pastLanes = [];
        if (IsAbsent)
            return new FulfillmentCase(orderId);
        ReadOnlySpan<byte> input = Body;
        byte format = EventPacking.Take(ref input, 1)[0];
        if (format != Format)
            throw new InvalidDataException($"The state of order {orderId} has format {format}; this release reads {Format}.");
        int count = EventPacking.ReadCount(ref input, 4);
        if (count > 0)
        {
            uint[] lanes = new uint[count];
            for (int i = 0; i < count; i++)
                lanes[i] = (uint)EventPacking.ReadInt32(ref input);
            pastLanes = lanes;
        }

        return FulfillmentCase.Restore(orderId, EventPacking.ReadTimeline(ref input, orderId), Version);
    }
}
