using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Eip.Domain;

/// <summary>
/// An order's id: 1 to <see cref="MaxUtf8Length"/> bytes of UTF-8 without control characters. It orders and hashes as its UTF-8 text does.
/// Thirty-two lower-case hexadecimal digits, the form of Olist, are held in sixteen bytes without a string.
/// </summary>
public readonly struct OrderId : IEquatable<OrderId>, IComparable<OrderId>
{
    /// <summary>The longest id, in UTF-8 bytes.</summary>
    public const int MaxUtf8Length = 200;

    private const int HexLength = 32;

    // Multilinear hashing with keys of this process: whoever does not know them cannot choose ids that hash alike.
    private static readonly ulong FirstKey = NewKey(), HighKey = NewKey(), HigherKey = NewKey(), LowKey = NewKey(), LowerKey = NewKey();

    private readonly ulong high;
    private readonly ulong low;
    private readonly string? text;

    private OrderId(ulong high, ulong low, string? text) => (this.high, this.low, this.text) = (high, low, text);

    /// <summary>Whether the id is thirty-two lower-case hexadecimal digits.</summary>
    public bool IsHex => text is null;

    /// <summary>The sixteen bytes that the digits spell; meaningful when <see cref="IsHex"/>.</summary>
    public UInt128 HexValue => new(high, low);

    /// <summary>The length of the text in UTF-8 bytes.</summary>
    public int Utf8Length => text is null ? HexLength : Encoding.UTF8.GetByteCount(text);

    /// <summary>The id that thirty-two hexadecimal digits of this value spell.</summary>
    public static OrderId FromHex(UInt128 value) => new((ulong)(value >> 64), (ulong)value, null);

    /// <summary>Reads the value of thirty-two lower-case hexadecimal digits; false when the text is anything else.</summary>
    public static bool TryReadHex(ReadOnlySpan<byte> digits, out UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[HexLength / 2];
        bool isHex = digits.Length == HexLength
            && !digits.ContainsAnyInRange((byte)'A', (byte)'F')
            && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done;
        value = isHex ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : default;
        return isHex;
    }

    /// <summary>Reads an id; false when it is empty, too long, or holds a control character or half a surrogate pair.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out OrderId id)
    {
        id = default;
        Span<byte> digits = stackalloc byte[HexLength];
        if (value.Length == HexLength && Ascii.FromUtf16(value, digits, out _) == OperationStatus.Done && TryReadHex(digits, out var hex))
        {
            id = FromHex(hex);
            return true;
        }

        if (value.IsEmpty || value.Length > MaxUtf8Length || !IsPlainText(value) || Encoding.UTF8.GetByteCount(value) > MaxUtf8Length)
            return false;
        string owned = value.ToString();
        // The hash of the text stands in the first word, so that equality and hashing rarely look at the string.
        id = new OrderId((ulong)string.GetHashCode(value, StringComparison.Ordinal), 0, owned);
        return true;
    }

    /// <summary>Reads an id from UTF-8; false when <see cref="TryParse(ReadOnlySpan{char}, out OrderId)"/> is, or the bytes are not UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out OrderId id)
    {
        if (TryReadHex(utf8, out var hex))
        {
            id = FromHex(hex);
            return true;
        }

        id = default;
        Span<char> value = stackalloc char[MaxUtf8Length];
        return utf8.Length <= MaxUtf8Length
            && Utf8.ToUtf16(utf8, value, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            && TryParse(value[..length], out id);
    }

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is empty, too long, or holds a control character.</exception>
    public static OrderId Parse(ReadOnlySpan<char> value) => TryParse(value, out var id) ? id : throw NoId(value);

    /// <summary>Reads an id from UTF-8.</summary>
    /// <exception cref="FormatException">The text is empty, too long, holds a control character, or is not UTF-8.</exception>
    public static OrderId Parse(ReadOnlySpan<byte> utf8) => TryParse(utf8, out var id) ? id : throw NoId(Encoding.UTF8.GetString(utf8));

    /// <summary>Writes the text in UTF-8 and returns its length; <see cref="Utf8Length"/> bytes are needed.</summary>
    public int Format(Span<byte> destination)
    {
        if (text is not null)
            return Encoding.UTF8.GetBytes(text, destination);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, HexValue);
        Convert.TryToHexStringLower(bytes, destination, out int written);
        return written;
    }

    /// <summary>A hash of the text that is the same in every process and on every machine; it spreads orders over partitions.</summary>
    public uint StableHash()
    {
        if (text is null)
            return Mix(high ^ (low * 0x9E37_79B9_7F4A_7C15));
        Span<byte> bytes = stackalloc byte[MaxUtf8Length];
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in bytes[..Encoding.UTF8.GetBytes(text, bytes)])
            hash = (hash ^ value) * 1_099_511_628_211;
        return Mix(hash);
    }

    /// <inheritdoc/>
    public bool Equals(OrderId other) => high == other.high && low == other.low && text == other.text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OrderId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(
        ((HighKey * (uint)high) + (HigherKey * (high >> 32)) + (LowKey * (uint)low) + (LowerKey * (low >> 32)) + FirstKey) >> 32);

    /// <inheritdoc/>
    public int CompareTo(OrderId other)
    {
        if (text is null && other.text is null)
            return high != other.high ? high.CompareTo(other.high) : low.CompareTo(other.low);
        Span<byte> left = stackalloc byte[MaxUtf8Length], right = stackalloc byte[MaxUtf8Length];
        return left[..Format(left)].SequenceCompareTo(right[..other.Format(right)]);
    }

    /// <summary>The id's text.</summary>
    public override string ToString() => text ?? string.Create(HexLength, this, static (span, id) =>
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id.HexValue);
        Convert.TryToHexStringLower(bytes, span, out _);
    });

    /// <summary>Whether both are the same id.</summary>
    public static bool operator ==(OrderId left, OrderId right) => left.Equals(right);

    /// <summary>Whether they are different ids.</summary>
    public static bool operator !=(OrderId left, OrderId right) => !left.Equals(right);

    private static ulong NewKey() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private static FormatException NoId(ReadOnlySpan<char> value) =>
        new($"'{value}' is not an order id of 1 to {MaxUtf8Length} bytes without control characters.");

    private static bool IsPlainText(ReadOnlySpan<char> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]))
                return false;
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    // The finaliser of splitmix64: a full avalanche, so that any bits of it spread evenly.
    private static uint Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return (uint)((value ^ (value >> 31)) >> 32);
    }
}
