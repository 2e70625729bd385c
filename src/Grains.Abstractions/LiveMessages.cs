using System.Buffers;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Orleans.CodeGeneration;
using Orleans.Concurrency;
using Orleans.Services;

namespace Eip.Grains.Abstractions;

/// <summary>Takes what other silos folded, for the clients that follow live changes on this one. There is one on every silo.</summary>
[Version(1)]
[Alias("eip.ILiveService")]
public interface ILiveService : IGrainService
{
    /// <summary>Takes changes; nobody waits for that, and a batch that is lost is not sent again.</summary>
    [OneWay]
    [Alias("Publish")]
    Task Publish(LiveBatch batch);
}

/// <summary>Cases that changed on a silo, each as it is now.</summary>
/// <param name="cases">The cases, packed.</param>
/// <param name="watermark">The greatest event time that the sender knows, in Unix seconds; null before the first event.</param>
[GenerateSerializer]
[Immutable]
[Alias("eip.LiveBatch")]
public sealed class LiveBatch(byte[] cases, long? watermark)
{
    /// <summary>The cases, packed.</summary>
    [Id(0)]
    public byte[] Cases { get; } = cases;

    /// <summary>The greatest event time that the sender knows, in Unix seconds; null before the first event.</summary>
    [Id(1)]
    public long? Watermark { get; } = watermark;

    /// <summary>Packs cases.</summary>
    public static LiveBatch Of(IReadOnlyCollection<CaseSnapshot> cases, EventTime? watermark)
    {
        var output = new ArrayBufferWriter<byte>(16 + (cases.Count * 200));
        EventPacking.WriteInt32(output, cases.Count);
        foreach (var item in cases)
        {
            EventPacking.WriteOrderId(output, item.Card.OrderId);
            EventPacking.WriteInt64(output, item.Version);
            EventPacking.WriteTimeline(output, [.. item.Timeline]);
        }

        return new LiveBatch(output.WrittenSpan.ToArray(), watermark?.UnixSeconds);
    }

    /// <summary>The cases.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public IReadOnlyList<CaseSnapshot> Unpack()
    {
        ReadOnlySpan<byte> input = Cases;
        var unpacked = new CaseSnapshot[EventPacking.ReadCount(ref input, 1)];
        for (int i = 0; i < unpacked.Length; i++)
        {
            var order = EventPacking.ReadOrderId(ref input);
            long version = EventPacking.ReadInt64(ref input);
            unpacked[i] = CaseSnapshot.Of(FulfillmentCase.Restore(order, EventPacking.ReadTimeline(ref input, order), version));
        }

        return unpacked;
    }
}
