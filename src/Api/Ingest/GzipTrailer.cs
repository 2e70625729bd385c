using System.Buffers.Binary;

namespace Eip.Api.Ingest;

/// <summary>
/// A packed body on its way to be unpacked. It remembers the last four bytes, which tell the length of what was packed (RFC 1952): the unpacking stream
/// ends quietly where a body was cut off, and events that are missing must not be answered with 200.
/// </summary>
internal sealed class GzipTrailer(Stream body) : Stream
{
    // A header, an empty block and the trailer.
    private const int ShortestLength = 10 + 2 + 8;

    private uint lastFour;
    private long packedLength;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the body was whole, when so many bytes came out of it.</summary>
    public bool Ends(long unpackedLength) =>
        packedLength >= ShortestLength && BinaryPrimitives.ReverseEndianness(lastFour) == (uint)unpackedLength;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken);
        foreach (byte value in buffer.Span[Math.Max(0, read - 4)..read])
            lastFour = (lastFour << 8) | value;
        packedLength += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
