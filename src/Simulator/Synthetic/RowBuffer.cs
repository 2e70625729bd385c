using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Eip.Domain;

namespace Eip.Simulator.Synthetic;

/// <summary>CSV rows as bytes. Room is made once a row: no row here comes near <see cref="MaxRowLength"/>.</summary>
internal sealed class RowBuffer
{
    private const int MaxRowLength = 512;
    private byte[] bytes = new byte[1 << 16];
    private int length;

    /// <summary>What was written since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    /// <summary>Begins anew.</summary>
    public void Clear() => length = 0;

    /// <summary>Begins a row.</summary>
    public RowBuffer Row()
    {
        if (bytes.Length - length < MaxRowLength)
            Array.Resize(ref bytes, bytes.Length * 2);
        return this;
    }

    /// <summary>An id.</summary>
    public RowBuffer Id((ulong High, ulong Low) id)
    {
        Span<byte> raw = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(raw, id.High);
        BinaryPrimitives.WriteUInt64BigEndian(raw[8..], id.Low);
        Convert.TryToHexStringLower(raw, bytes.AsSpan(length), out int written);
        length += written;
        return Comma();
    }

    /// <summary>Text without anything to quote.</summary>
    public RowBuffer Text(string text)
    {
        length += Encoding.ASCII.GetBytes(text, bytes.AsSpan(length));
        return Comma();
    }

    /// <summary>A whole number.</summary>
    public RowBuffer Number(int value)
    {
        Utf8Formatter.TryFormat(value, bytes.AsSpan(length), out int written);
        length += written;
        return Comma();
    }

    /// <summary>A postal prefix: five digits.</summary>
    public RowBuffer Zip(int value)
    {
        Utf8Formatter.TryFormat(value, bytes.AsSpan(length), out int written, new StandardFormat('D', 5));
        length += written;
        return Comma();
    }

    /// <summary>An amount in cents, with two decimals.</summary>
    public RowBuffer Money(long cents)
    {
        Utf8Formatter.TryFormat(cents / 100, bytes.AsSpan(length), out int written);
        length += written;
        bytes[length] = (byte)'.';
        Two(length + 1, (int)(cents % 100));
        length += 3;
        return Comma();
    }

    /// <summary>A time as <c>yyyy-MM-dd HH:mm:ss</c>; nothing when it is absent.</summary>
    public RowBuffer Time(long unixSeconds)
    {
        if (unixSeconds == SyntheticOrder.Absent)
            return Comma();
        new EventTime(unixSeconds).Format(bytes.AsSpan(length));
        bytes[length + 10] = (byte)' ';
        length += EventTime.TextLength - 1;
        return Comma();
    }

    /// <summary>Ends the row.</summary>
    public void End() => bytes[length - 1] = (byte)'\n';

    private RowBuffer Comma()
    {
        bytes[length++] = (byte)',';
        return this;
    }

    private void Two(int at, int value)
    {
        bytes[at] = (byte)('0' + (value / 10));
        bytes[at + 1] = (byte)('0' + (value % 10));
    }
}
