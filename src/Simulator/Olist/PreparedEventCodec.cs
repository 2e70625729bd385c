using System.Buffers.Binary;
using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>
/// An event of a data set in thirty-eight bytes, followed by its order id when that is not hexadecimal. The form belongs to
/// <see cref="PreparedHistory"/> and changes with its version.
/// </summary>
internal static class PreparedEventCodec
{
    /// <summary>The most that an event takes.</summary>
    public const int MaxLength = FixedLength + 1 + OrderId.MaxUtf8Length;

    private const int FixedLength = 38;
    private const byte IsText = 1, HasPromise = 2, ExtrasShift = 2;

    /// <summary>Writes an event and returns its length.</summary>
    public static int Write(Span<byte> destination, in FulfillmentEvent @event)
    {
        byte flags = 0;
        int length = FixedLength;
        if (@event.OrderId.IsHex)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(destination, @event.OrderId.HexValue);
        }
        else
        {
            destination[..16].Clear();
            flags |= IsText;
            int text = @event.OrderId.Format(destination[(FixedLength + 1)..]);
            destination[FixedLength] = (byte)text;
            length += 1 + text;
        }

        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], @event.EventAt.UnixSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], @event.EstimatedDeliveryAt?.UnixSeconds ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[32..], @event.SellerRegion.Code);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[34..], @event.CustomerRegion.Code);
        if (@event.EstimatedDeliveryAt is not null)
            flags |= HasPromise;
        destination[36] = (byte)@event.Type;
        destination[37] = (byte)(flags | (Array.IndexOf(OlistHistory.CancellationExtras, @event.PayloadExtras) << ExtrasShift));
        return length;
    }

    /// <summary>Reads an event whose bytes a checksum vouches for, and returns its length.</summary>
    public static int Read(ReadOnlySpan<byte> source, out FulfillmentEvent @event)
    {
        byte flags = source[37];
        int length = FixedLength;
        OrderId id;
        if ((flags & IsText) == 0)
        {
            id = OrderId.FromHex(BinaryPrimitives.ReadUInt128LittleEndian(source));
        }
        else
        {
            var text = source.Slice(FixedLength + 1, source[FixedLength]);
            id = OrderId.Parse(text);
            length += 1 + text.Length;
        }

        @event = new FulfillmentEvent(
            id,
            (EventType)source[36],
            new EventTime(BinaryPrimitives.ReadInt64LittleEndian(source[16..])),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(source[32..])),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(source[34..])),
            (flags & HasPromise) == 0 ? null : new EventTime(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            OlistHistory.CancellationExtras[flags >> ExtrasShift]);
        return length;
    }
}
