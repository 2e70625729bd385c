using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Queries;

/// <summary>
/// A position in a sorted result as text that callers pass on without reading it: it names the order it belongs to, and a checksum tells a whole
/// one from a mangled one. It also carries the boundary of <c>longerThan</c>, so that the watermark may move between two pages.
/// </summary>
internal readonly record struct CursorText(byte Order, long? Value, OrderId OrderId, EventTime? OpenSinceAtMost)
{
    private const byte FormatVersion = 1;
    private const int HeadLength = 1 + 1 + 1 + 8 + 8;
    private const int ChecksumLength = 4;

    /// <summary>Which of the orders a search is in.</summary>
    public static byte OrderOf(CaseSort sort, bool descending) => (byte)(((int)sort << 1) | (descending ? 1 : 0));

    /// <summary>The text of a position in a search.</summary>
    public static string Encode(CaseQuery query, CaseCursor next) =>
        new CursorText(OrderOf(query.Sort, query.Descending), next.Value, next.OrderId, query.Filter.OpenSinceAtMost).Encode();

    /// <summary>The text.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[HeadLength + OrderId.MaxUtf8Length + ChecksumLength];
        bytes[0] = FormatVersion;
        bytes[1] = Order;
        bytes[2] = (byte)((Value is null ? 0 : 1) | (OpenSinceAtMost is null ? 0 : 2));
        BinaryPrimitives.WriteInt64BigEndian(bytes[3..], Value ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes[11..], OpenSinceAtMost?.UnixSeconds ?? 0);
        int length = HeadLength + OrderId.Format(bytes[HeadLength..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[length..], Checksum(bytes[..length]));
        return Base64Url.EncodeToString(bytes[..(length + ChecksumLength)]);
    }

    /// <summary>Reads what <see cref="Encode()"/> wrote.</summary>
    /// <exception cref="ApiProblemException">It was not written here, or for another order.</exception>
    public static CursorText Decode(string text, byte order, string parameter = "after")
    {
        Span<byte> bytes = stackalloc byte[HeadLength + OrderId.MaxUtf8Length + ChecksumLength];
        if (text.Length > 320 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int length)
            || length <= HeadLength + ChecksumLength || bytes[0] != FormatVersion
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - ChecksumLength)..]) != Checksum(bytes[..(length - ChecksumLength)])
            || !OrderId.TryParse(Encoding.UTF8.GetString(bytes[HeadLength..(length - ChecksumLength)]), out var orderId))
            throw ApiProblemException.BadParameter(parameter, $"{parameter} is not a position that an answer gave as next.");
        if (bytes[1] != order)
            throw ApiProblemException.BadParameter(parameter, $"{parameter} is a position in a result that was sorted another way.");
        return new CursorText(
            bytes[1],
            (bytes[2] & 1) == 0 ? null : BinaryPrimitives.ReadInt64BigEndian(bytes[3..]),
            orderId,
            (bytes[2] & 2) == 0 ? null : new EventTime(BinaryPrimitives.ReadInt64BigEndian(bytes[11..])));
    }

    // FNV-1a: it catches what was mangled; it guards no secret.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2_166_136_261;
        foreach (byte value in bytes)
            hash = (hash ^ value) * 16_777_619;
        return hash;
    }
}
