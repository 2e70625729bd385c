using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Eip.Domain;

namespace Eip.Pipeline.Log;

/// <summary>
/// One event on disk, little-endian; these values are frozen.
/// <code>
///  0  u16  length of the whole record
///  2  u8   event type
///  3  u8   flags: 1 the order id is hexadecimal, 2 a delivery promise is known, 4 there are payload extras
///  4  u32  CRC-32C of bytes 0 to 3 and of all from byte 8
///  8  i40  event time, Unix seconds
/// 13  u16  seller region, 0 when unknown
/// 15  u16  customer region, 0 when unknown
/// 17  i40  delivery promise, Unix seconds, 0 when unknown
/// 22       order id: sixteen bytes, or its UTF-8 length in one byte and that text
///          payload extras: UTF-8 up to the end
/// </code>
/// The event id follows from the record and is not stored.
/// </summary>
internal static class RecordFormat
{
    public const int MaxLength = ushort.MaxValue;
    public const int MinLength = FixedLength + 2;

    private const int FixedLength = 22;
    private const byte HexFlag = 1, PromiseFlag = 2, ExtrasFlag = 4, AllFlags = HexFlag | PromiseFlag | ExtrasFlag;

    /// <summary>Writes an event to a buffer of at least <see cref="MaxLength"/> bytes and returns the record's length.</summary>
    /// <exception cref="ArgumentException">The event cannot be stored.</exception>
    public static int Write(Span<byte> record, in FulfillmentEvent @event)
    {
        if (!@event.Type.IsDefined())
            throw new ArgumentException($"{(int)@event.Type} is not an event type of the contract.", nameof(@event));
        byte flags = 0;
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], Checked(@event.EventAt, nameof(@event)));
        BinaryPrimitives.WriteUInt16LittleEndian(record[13..], @event.SellerRegion.Code);
        BinaryPrimitives.WriteUInt16LittleEndian(record[15..], @event.CustomerRegion.Code);
        long promise = 0;
        if (@event.EstimatedDeliveryAt is { } known)
        {
            flags |= PromiseFlag;
            promise = Checked(known, nameof(@event));
        }

        BinaryPrimitives.WriteInt64LittleEndian(record[17..], promise);
        int length = FixedLength;
        if (@event.OrderId.IsHex)
        {
            flags |= HexFlag;
            BinaryPrimitives.WriteUInt128BigEndian(record[length..], @event.OrderId.HexValue);
            length += 16;
        }
        else
        {
            int idLength = @event.OrderId.Format(record[(length + 1)..]);
            record[length] = (byte)idLength;
            length += 1 + idLength;
        }

        if (@event.PayloadExtras is { } extras)
        {
            flags |= ExtrasFlag;
            if (!Encoding.UTF8.TryGetBytes(extras, record[length..MaxLength], out int written))
                {
                throw new ArgumentException(
                    $"The payload extras of order {@event.OrderId} are too long to be stored; {EventJson.MaxPayloadExtrasLength} bytes are the most.", nameof(@event));
            }

            length += written;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)length);
        record[2] = (byte)@event.Type;
        record[3] = flags;
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record[..length]));
        return length;
    }

    /// <summary>The length that a record claims to have, from its first two bytes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record);

    /// <summary>Whether a record's checksum is right.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record) => ChecksumOf(record) == Checksum(record);

    /// <summary>The checksum that a record carries.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);

    /// <summary>Whether bytes may be the beginning of a record: a quick look, before its checksum is computed.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= MinLength && LengthOf(bytes) is var length && length >= MinLength && length <= bytes.Length
        && ((EventType)bytes[2]).IsDefined() && (bytes[3] & ~AllFlags) == 0;

    /// <summary>The order of a whole record.</summary>
    public static OrderId OrderOf(ReadOnlySpan<byte> record) => (record[3] & HexFlag) != 0
        ? OrderId.FromHex(BinaryPrimitives.ReadUInt128BigEndian(record[FixedLength..]))
        : ReadText(record.Slice(FixedLength + 1, record[FixedLength]));

    /// <summary>The event time of a whole record, in Unix seconds.</summary>
    public static long EventAt(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[5..]) >> 24;

    /// <summary>Reads a whole record.</summary>
    /// <exception cref="InvalidDataException">The record was written by something that knows more than this version does.</exception>
    public static void Read(ReadOnlySpan<byte> record, out FulfillmentEvent @event)
    {
        var type = (EventType)record[2];
        byte flags = record[3];
        if (!type.IsDefined() || (flags & ~AllFlags) != 0)
            throw new InvalidDataException($"It holds event type {(int)type} with flags {flags}, which this version does not know.");
        int length = FixedLength + ((flags & HexFlag) != 0 ? 16 : 1 + record[FixedLength]);
        @event = new FulfillmentEvent(
            OrderOf(record),
            type,
            new EventTime(EventAt(record)),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(record[13..])),
            Region.FromCode(BinaryPrimitives.ReadUInt16LittleEndian(record[15..])),
            (flags & PromiseFlag) != 0 ? new EventTime(BinaryPrimitives.ReadInt64LittleEndian(record[14..]) >> 24) : null,
            (flags & ExtrasFlag) != 0 ? ExtrasCache.Get(record[length..]) : null);
    }

    private static long Checked(EventTime time, string parameter) => time >= EventTime.MinValue && time <= EventTime.MaxValue
        ? time.UnixSeconds
        : throw new ArgumentException($"{time.UnixSeconds} seconds since 1970 lie outside of the years 0001 to 9999.", parameter);

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        uint crc = BitOperations.Crc32C(Crc32C.Seed, BinaryPrimitives.ReadUInt32LittleEndian(record));
        return ~Crc32C.Update(crc, record[8..]);
    }

    private static OrderId ReadText(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[OrderId.MaxUtf8Length + 1];
        if (utf8.Length > OrderId.MaxUtf8Length || !OrderId.TryParse(text[..Encoding.UTF8.GetChars(utf8, text)], out var id))
            throw new InvalidDataException("It holds an order id that this version does not take.");
        return id;
    }
}
