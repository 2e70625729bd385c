using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Eip.Domain;

namespace Eip.Pipeline.Engine.Snapshots;

/// <summary>Writes a case as bytes: its id, its version, and its timeline, of which each event holds only what differs from the one before.</summary>
internal static class CaseEncoder
{
    // An event begins with these flags and its type above them, in one number of variable length: a byte for types up to 15.
    public const int SameEstimate = 0b001;
    public const int SameRegions = 0b010;
    public const int HasExtras = 0b100;
    public const int FlagBits = 3;

    private const int MaxFixedLength = 64;

    public static void Write(IBufferWriter<byte> output, FulfillmentCase @case)
    {
        WriteId(output, @case.OrderId);
        var span = output.GetSpan(MaxFixedLength);
        int length = Varint(span, (ulong)@case.Version);
        length += Varint(span[length..], (ulong)@case.EventCount);
        output.Advance(length);
        var before = default(FulfillmentEvent);
        for (int i = 0; i < @case.EventCount; i++)
        {
            var @event = @case[i];
            Write(output, @event, i == 0 ? EventTime.MinValue : before.EventAt, before);
            before = @event;
        }
    }

    /// <summary>Writes an order id: its length, or 0 for thirty-two digits, which take sixteen bytes.</summary>
    public static void WriteId(IBufferWriter<byte> output, OrderId id)
    {
        var span = output.GetSpan(1 + OrderId.MaxUtf8Length);
        if (id.IsHex)
        {
            span[0] = 0;
            BinaryPrimitives.WriteUInt128BigEndian(span[1..], id.HexValue);
            output.Advance(17);
            return;
        }

        int length = id.Format(span[1..]);
        span[0] = (byte)length;
        output.Advance(1 + length);
    }

    private static void Write(IBufferWriter<byte> output, in FulfillmentEvent @event, EventTime previous, in FulfillmentEvent before)
    {
        bool sameEstimate = @event.EstimatedDeliveryAt == before.EstimatedDeliveryAt;
        bool sameRegions = @event.SellerRegion == before.SellerRegion && @event.CustomerRegion == before.CustomerRegion;
        var span = output.GetSpan(MaxFixedLength);
        int flags = (sameEstimate ? SameEstimate : 0) | (sameRegions ? SameRegions : 0) | (@event.PayloadExtras is null ? 0 : HasExtras);
        int length = Varint(span, ((ulong)@event.Type << FlagBits) | (uint)flags);
        length += Varint(span[length..], (ulong)(@event.EventAt - previous));
        if (!sameEstimate)
            length += Varint(span[length..], @event.EstimatedDeliveryAt is { } estimate ? (ulong)(estimate - EventTime.MinValue) + 1 : 0);
        if (!sameRegions)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(span[length..], @event.SellerRegion.Code);
            BinaryPrimitives.WriteUInt16LittleEndian(span[(length + 2)..], @event.CustomerRegion.Code);
            length += 4;
        }

        if (@event.PayloadExtras is not { } extras)
        {
            output.Advance(length);
            return;
        }

        int bytes = Encoding.UTF8.GetByteCount(extras);
        length += Varint(span[length..], (ulong)bytes);
        output.Advance(length);
        output.Advance(Encoding.UTF8.GetBytes(extras, output.GetSpan(bytes)));
    }

    private static int Varint(Span<byte> destination, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }
}

/// <summary>Reads cases back. One decoder serves one thread; texts that come again and again are held once.</summary>
internal sealed class CaseDecoder
{
    private const int PooledTexts = 256;
    private readonly (byte[] Bytes, string Text)[] pool = new (byte[], string)[PooledTexts];
    private FulfillmentEvent[] timeline = new FulfillmentEvent[16];

    /// <summary>Reads the case at the beginning of <paramref name="source"/> and moves that past it.</summary>
    /// <exception cref="SnapshotRefusedException">There is no whole case.</exception>
    public FulfillmentCase Read(ref ReadOnlySpan<byte> source)
    {
        var id = ReadId(ref source);
        long version = (long)Varint(ref source);
        ulong count = Varint(ref source);
        // An event takes two bytes or more.
        if (count > (ulong)source.Length / 2)
            throw Malformed();
        if (timeline.Length < (int)count)
            timeline = new FulfillmentEvent[(int)count];
        var at = EventTime.MinValue;
        EventTime? estimate = null;
        Region seller = default, customer = default;
        for (int i = 0; i < (int)count; i++)
        {
            ulong head = Varint(ref source);
            int flags = (int)head & ((1 << CaseEncoder.FlagBits) - 1);
            at += (long)Varint(ref source);
            if ((flags & CaseEncoder.SameEstimate) == 0)
                estimate = Varint(ref source) is var known and not 0 ? EventTime.MinValue + (long)(known - 1) : null;
            if ((flags & CaseEncoder.SameRegions) == 0)
            {
                var regions = Take(ref source, 4);
                seller = Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(regions));
                customer = Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(regions[2..]));
            }

            string? extras = (flags & CaseEncoder.HasExtras) == 0 ? null : Text(Take(ref source, (int)Math.Min(Varint(ref source), int.MaxValue)));
            head >>= CaseEncoder.FlagBits;
            var type = (EventType)head;
            if (head > byte.MaxValue || !type.IsDefined())
                throw Malformed();
            timeline[i] = new FulfillmentEvent(id, type, at, seller, customer, estimate, extras);
        }

        return FulfillmentCase.Restore(id, timeline.AsSpan(0, (int)count), version);
    }

    /// <summary>Reads an order id and moves <paramref name="source"/> past it.</summary>
    /// <exception cref="SnapshotRefusedException">There is no valid id.</exception>
    public static OrderId ReadId(ref ReadOnlySpan<byte> source)
    {
        int length = Take(ref source, 1)[0];
        if (length == 0)
            return OrderId.FromHex(BinaryPrimitives.ReadUInt128BigEndian(Take(ref source, 16)));
        return OrderId.TryParse(Encoding.UTF8.GetString(Take(ref source, length)), out var id) ? id : throw Malformed();
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        ref var slot = ref pool[SnapshotFormat.Checksum(bytes) % PooledTexts];
        if (slot.Bytes is null || !bytes.SequenceEqual(slot.Bytes))
            slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        return slot.Text;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int length)
    {
        if (length > source.Length)
            throw Malformed();
        var taken = source[..length];
        source = source[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (int i = 0; i < source.Length && i < 10; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (i * 7);
            if (source[i] < 0x80)
            {
                source = source[(i + 1)..];
                return value;
            }
        }

        throw Malformed();
    }

    private static SnapshotRefusedException Malformed() => new("a case in it is malformed");
}
