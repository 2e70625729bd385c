using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>
/// Events as bytes: the form in which grains exchange them between silos and in which a case's state is stored. The layout is persisted; a change of
/// it takes a new format number, and old numbers stay readable.
/// </summary>
public static class EventPacking
{
    private const byte HasEstimate = 1;
    private const byte HasExtras = 2;
    private const int FixedLength = 1 + 1 + 8 + 2 + 2;

    /// <summary>Appends the events of one order, without its id.</summary>
    public static void WriteTimeline(IBufferWriter<byte> output, ReadOnlySpan<FulfillmentEvent> events)
    {
        WriteInt32(output, events.Length);
        foreach (ref readonly var @event in events)
            Write(output, @event);
    }

    /// <summary>Reads what <see cref="WriteTimeline"/> wrote and moves past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static FulfillmentEvent[] ReadTimeline(ref ReadOnlySpan<byte> input, OrderId orderId)
    {
        var events = new FulfillmentEvent[ReadCount(ref input, FixedLength)];
        for (int i = 0; i < events.Length; i++)
            events[i] = Read(ref input, orderId);
        return events;
    }

    /// <summary>Events of any orders as bytes.</summary>
    public static byte[] Pack(ReadOnlySpan<FulfillmentEvent> events)
    {
        var output = new ArrayBufferWriter<byte>(16 + (events.Length * 64));
        WriteInt32(output, events.Length);
        foreach (ref readonly var @event in events)
        {
            WriteOrderId(output, @event.OrderId);
            Write(output, @event);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static FulfillmentEvent[] Unpack(ReadOnlySpan<byte> input)
    {
        var events = new FulfillmentEvent[ReadCount(ref input, FixedLength)];
        for (int i = 0; i < events.Length; i++)
            events[i] = Read(ref input, ReadOrderId(ref input));
        return events;
    }

    internal static void WriteOrderId(IBufferWriter<byte> output, OrderId id)
    {
        int length = id.Utf8Length;
        var span = output.GetSpan(length + 1);
        span[0] = (byte)length;
        id.Format(span[1..]);
        output.Advance(length + 1);
    }

    internal static OrderId ReadOrderId(ref ReadOnlySpan<byte> input)
    {
        int length = Take(ref input, 1)[0];
        return OrderId.TryParse(Take(ref input, length), out var id) ? id : throw Damaged();
    }

    internal static void WriteInt32(IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    internal static void WriteInt64(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    internal static int ReadInt32(ref ReadOnlySpan<byte> input) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref input, 4));

    internal static long ReadInt64(ref ReadOnlySpan<byte> input) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref input, 8));

    // A count that the rest of the bytes cannot hold is damage, found before anything is allocated for it.
    internal static int ReadCount(ref ReadOnlySpan<byte> input, int leastItemLength)
    {
        int count = ReadInt32(ref input);
        return count >= 0 && (long)count * leastItemLength <= input.Length ? count : throw Damaged();
    }

    internal static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int length)
    {
        if (length > input.Length)
            throw Damaged();
        var taken = input[..length];
        input = input[length..];
        return taken;
    }

    internal static InvalidDataException Damaged() => new("Packed events are damaged: they end too early or hold a value that no event has.");

    private static void Write(IBufferWriter<byte> output, in FulfillmentEvent @event)
    {
        var span = output.GetSpan(FixedLength);
        span[0] = (byte)@event.Type;
        span[1] = (byte)((@event.EstimatedDeliveryAt is null ? 0 : HasEstimate) | (@event.PayloadExtras is null ? 0 : HasExtras));
        BinaryPrimitives.WriteInt64LittleEndian(span[2..], @event.EventAt.UnixSeconds);
        BinaryPrimitives.WriteUInt16LittleEndian(span[10..], @event.SellerRegion.Code);
        BinaryPrimitives.WriteUInt16LittleEndian(span[12..], @event.CustomerRegion.Code);
        output.Advance(FixedLength);
        if (@event.EstimatedDeliveryAt is { } estimate)
            WriteInt64(output, estimate.UnixSeconds);
        if (@event.PayloadExtras is not { } extras)
            return;
        WriteInt32(output, Encoding.UTF8.GetByteCount(extras));
        Encoding.UTF8.GetBytes(extras, output);
    }

    private static FulfillmentEvent Read(ref ReadOnlySpan<byte> input, OrderId orderId)
    {
        var head = Take(ref input, FixedLength);
        var type = (EventType)head[0];
        if (!type.IsDefined())
            throw Damaged();
        EventTime? estimate = (head[1] & HasEstimate) == 0 ? null : new EventTime(ReadInt64(ref input));
        string? extras = (head[1] & HasExtras) == 0 ? null : Encoding.UTF8.GetString(Take(ref input, ReadCount(ref input, 1)));
        return new FulfillmentEvent(
            orderId,
            type,
            new EventTime(BinaryPrimitives.ReadInt64LittleEndian(head[2..])),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(head[10..])),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(head[12..])),
            estimate,
            extras);
    }
}
