using System.Buffers;
using System.Buffers.Binary;
using Eip.Domain;
using Microsoft.Win32.SafeHandles;

namespace Eip.Simulator.Olist;

/// <summary>
/// The history of a data set on disk, in emission order (fulfillment-v1 §2): made once, then opened at once and read from any moment with memory that
/// does not grow with its length. Safe for concurrent reading.
/// </summary>
public sealed class PreparedHistory : IDisposable
{
    private readonly string file;
    private readonly SafeFileHandle events;
    private readonly Trailer trailer;
    private readonly BlockStart[] index;

    private PreparedHistory(string file, string identity, SafeFileHandle events, Trailer trailer, BlockStart[] index) =>
        (this.file, Identity, this.events, this.trailer, this.index) = (file, identity, events, trailer, index);

    /// <summary>The data set's <see cref="DataSetFingerprint"/>.</summary>
    public string Identity { get; }

    /// <summary>Whether this opening read the data set, because no prepared history of its present state was there.</summary>
    public bool WasBuilt { get; private init; }

    /// <summary>The time of the first event; null when there is none.</summary>
    public EventTime? First => trailer.Events == 0 ? null : new EventTime(trailer.First);

    /// <summary>The time of the last event; null when there is none.</summary>
    public EventTime? Last => trailer.Events == 0 ? null : new EventTime(trailer.Last);

    /// <summary>The horizon of the data set; null when it has no order.</summary>
    public EventTime? Horizon => trailer.Orders == 0 ? null : new EventTime(trailer.Horizon);

    /// <summary>How many events there are.</summary>
    public long Count => trailer.Events;

    /// <summary>How many orders there are.</summary>
    public long OrderCount => trailer.Orders;

    /// <summary>How many rows of the data set were set aside when it was read.</summary>
    public long RejectCount => trailer.Rejects;

    /// <summary>
    /// Opens the prepared history of a data set in its present state, and makes it first when there is none. Older ones in the folder go.
    /// </summary>
    /// <param name="directory">The folder of the data set.</param>
    /// <param name="folder">The folder for the prepared history.</param>
    /// <param name="rejects">Takes rows that cannot be read; told only when the data set is read.</param>
    /// <param name="progress">Told how many bytes were read; told only when the data set is read.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <exception cref="DataSetException">The data set cannot be read.</exception>
    /// <exception cref="IOException">The prepared history cannot be written or read.</exception>
    public static PreparedHistory Open(
        string directory, string folder, IRejectSink rejects, IProgress<ReadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string identity = DataSetFingerprint.Of(directory);
        string path = Path.Combine(Path.GetFullPath(folder), $"history-{identity}.eip");
        if (TryOpen(path, identity, wasBuilt: false) is { } ready)
            return ready;
        PreparedHistoryFile.Build(path, OlistReader.Read(directory, rejects, progress, cancellationToken: cancellationToken), cancellationToken);
        foreach (string other in Directory.EnumerateFiles(folder, "history-*.eip"))
        {
            if (Path.GetFullPath(other) != path)
                File.Delete(other);
        }

        return TryOpen(path, identity, wasBuilt: true) ?? throw new IOException($"{path} was written but cannot be read back.");
    }

    /// <summary>
    /// The events of a range, both ends included, in emission order; null leaves an end open. Batches hold at most 1,024 events and are the
    /// caller's to keep.
    /// </summary>
    /// <exception cref="InvalidDataException">The file was damaged after it was made; it is removed, so that the next opening makes it anew.</exception>
    public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
    {
        long first = from?.UnixSeconds ?? long.MinValue, last = to?.UnixSeconds ?? long.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PreparedHistoryFile.BlockHeaderLength + PreparedHistoryFile.MaxBlockLength);
        try
        {
            for (int block = FirstBlock(first); block < index.Length && index[block].FirstAt <= last; block++)
            {
                var batch = ReadBlock(block, buffer);
                int start = 0, end = batch.Length;
                while (start < end && batch[start].EventAt.UnixSeconds < first)
                    start++;
                while (end > start && batch[end - 1].EventAt.UnixSeconds > last)
                    end--;
                if (start < end)
                    yield return batch.AsMemory(start, end - start);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => events.Dispose();

    private static PreparedHistory? TryOpen(string path, string identity, bool wasBuilt)
    {
        if (!File.Exists(path))
            return null;
        var handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
        try
        {
            if (PreparedHistoryFile.TryReadEnd(handle) is { } end)
                return new PreparedHistory(path, identity, handle, end.Trailer, end.Index) { WasBuilt = wasBuilt };
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        handle.Dispose();
        return null;
    }

    // The block before the first that begins at or after the moment may still hold events of it.
    private int FirstBlock(long moment)
    {
        int low = 0, high = index.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (index[middle].FirstAt < moment)
                low = middle + 1;
            else
                high = middle;
        }

        return Math.Max(0, low - 1);
    }

    private FulfillmentEvent[] ReadBlock(int block, byte[] buffer)
    {
        long end = block + 1 < index.Length ? index[block + 1].Offset : trailer.IndexOffset;
        int length = (int)(end - index[block].Offset);
        var bytes = buffer.AsSpan(0, length);
        if (RandomAccess.Read(events, bytes, index[block].Offset) != length)
            throw Damaged(block);
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var payload = bytes[PreparedHistoryFile.BlockHeaderLength..];
        if (count is < 1 or > PreparedHistoryFile.BlockEvents
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) != payload.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != PreparedHistoryFile.Checksum(payload))
            throw Damaged(block);
        var batch = new FulfillmentEvent[count];
        foreach (ref var e in batch.AsSpan())
            payload = payload[PreparedEventCodec.Read(payload, out e)..];
        return batch;
    }

    private InvalidDataException Damaged(int block)
    {
        File.Delete(file);
        return new InvalidDataException($"{file} is damaged in its block {block} and was removed; the next run makes it anew from the data set.");
    }
}
