using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Eip.Domain;

/// <summary>
/// The first sixteen bytes of SHA-256 over UTF-8 <c>orderId|eventType|eventAt</c> (fulfillment-v1 §1). It follows from the event and is
/// therefore computed where it is shown or compared, and stored nowhere.
/// </summary>
/// <param name="Value">The sixteen bytes, big-endian, so that numbers order as the hexadecimal text does.</param>
public readonly record struct EventId(UInt128 Value) : IComparable<EventId>
{
    /// <summary>Length of the text, in characters and in UTF-8 bytes.</summary>
    public const int TextLength = 32;

    // One that is used again takes two thirds of the time of one that is made for each id.
    [ThreadStatic]
    private static IncrementalHash? hasher;

    /// <summary>The id of an event.</summary>
    public static EventId Of(OrderId orderId, EventType type, EventTime eventAt) => Of(orderId, type.Name(), eventAt);

    /// <summary>Reads thirty-two lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EventId id)
    {
        bool valid = OrderId.TryParse(text, out var hex) && hex.IsHex;
        id = valid ? new EventId(hex.HexValue) : default;
        return valid;
    }

    /// <summary>Reads thirty-two lower-case hexadecimal digits in UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out EventId id)
    {
        bool valid = OrderId.TryReadHex(utf8, out var value);
        id = new EventId(value);
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(EventId other) => Value.CompareTo(other.Value);

    /// <summary>Writes the text in UTF-8; <paramref name="destination"/> holds at least <see cref="TextLength"/> bytes.</summary>
    public void Format(Span<byte> destination) => OrderId.FromHex(Value).Format(destination);

    /// <summary>Thirty-two lower-case hexadecimal digits.</summary>
    public override string ToString() => OrderId.FromHex(Value).ToString();

    internal static EventId Of(OrderId orderId, string typeName, EventTime eventAt)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length + 64];
        int length = orderId.Format(text);
        text[length++] = (byte)'|';
        length += Encoding.ASCII.GetBytes(typeName, text[length..]);
        text[length++] = (byte)'|';
        eventAt.Format(text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hasher.AppendData(text[..(length + EventTime.TextLength)]);
        hasher.GetHashAndReset(hash);
        return new EventId(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
