using System.Buffers.Binary;
using Eip.Domain;
using Microsoft.Win32.SafeHandles;

namespace Eip.Pipeline.Engine.Snapshots;

/// <summary>An open snapshot whose frame is whole; each block is checked when it is read.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly OrderId[] firstIds;
    private readonly long[] offsets;
    private byte[] buffer = [];

    private SnapshotFile(SafeFileHandle file, SnapshotTrailer trailer, OrderId[] firstIds, long[] offsets)
    {
        this.file = file;
        this.firstIds = firstIds;
        this.offsets = offsets;
        Position = trailer.Position;
    }

    public SnapshotPosition Position { get; }

    public int BlockCount => firstIds.Length;

    /// <exception cref="SnapshotRefusedException">It is no whole snapshot of this partition.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SnapshotFile Open(string path, int partition)
    {
        var opened = File.OpenHandle(path);
        try
        {
            long length = RandomAccess.GetLength(opened);
            if (length < SnapshotFormat.HeaderLength + SnapshotFormat.TrailerLength)
                throw new SnapshotRefusedException("it is too short");
            SnapshotFormat.CheckHeader(Read(opened, new byte[SnapshotFormat.HeaderLength], 0), partition);
            var trailer = SnapshotFormat.ReadTrailer(Read(opened, new byte[SnapshotFormat.TrailerLength], length - SnapshotFormat.TrailerLength));
            if (trailer.IndexOffset + trailer.IndexLength + SnapshotFormat.TrailerLength != length)
                throw new SnapshotRefusedException("its length is not the one that its end states");
            ReadOnlySpan<byte> index = Read(opened, new byte[trailer.IndexLength], trailer.IndexOffset);
            if (SnapshotFormat.Checksum(index) != trailer.IndexChecksum)
                throw new SnapshotRefusedException("its index is damaged");
            var ids = new OrderId[trailer.BlockCount];
            long[] starts = new long[trailer.BlockCount + 1];
            for (int i = 0; i < ids.Length; i++)
            {
                starts[i] = BinaryPrimitives.ReadInt64LittleEndian(index);
                index = index[sizeof(long)..];
                ids[i] = CaseDecoder.ReadId(ref index);
            }

            starts[^1] = trailer.IndexOffset;
            return new SnapshotFile(opened, trailer, ids, starts);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads one block's cases.</summary>
    /// <exception cref="SnapshotRefusedException">The block is damaged.</exception>
    public void ReadBlock(int block, CaseDecoder decoder, Action<FulfillmentCase> take)
    {
        var rest = Block(block);
        while (!rest.IsEmpty)
            take(decoder.Read(ref rest));
    }

    /// <summary>An order's case, from the one block that can hold it; null when it is not there.</summary>
    /// <exception cref="SnapshotRefusedException">That block is damaged.</exception>
    public FulfillmentCase? Find(OrderId orderId)
    {
        int at = Array.BinarySearch(firstIds, orderId);
        int block = at >= 0 ? at : ~at - 1;
        FulfillmentCase? found = null;
        if (block >= 0)
            ReadBlock(block, new CaseDecoder(), @case => found = @case.OrderId == orderId ? @case : found);
        return found;
    }

    public void Dispose() => file.Dispose();

    private ReadOnlySpan<byte> Block(int block)
    {
        int length = checked((int)(offsets[block + 1] - offsets[block]));
        if (buffer.Length < length)
            buffer = new byte[length];
        var bytes = Read(file, buffer.AsSpan(0, length), offsets[block]);
        var content = bytes[SnapshotFormat.BlockPrefixLength..];
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes) != content.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != SnapshotFormat.Checksum(content))
            throw new SnapshotRefusedException($"its block {block} of {BlockCount} is damaged");
        return content;
    }

    private static ReadOnlySpan<byte> Read(SafeFileHandle file, Span<byte> destination, long offset)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int read = RandomAccess.Read(file, destination[done..], offset + done);
            if (read == 0)
                throw new SnapshotRefusedException("it ends too early");
            done += read;
        }

        return destination;
    }
}
