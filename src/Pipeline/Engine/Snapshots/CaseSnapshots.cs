using Eip.Domain;

namespace Eip.Pipeline.Engine.Snapshots;

/// <summary>The snapshots of a home: one file for each partition.</summary>
internal static class CaseSnapshots
{
    private const int FingerprintProbes = 8;

    public static string PathOf(string directory, int partition) => Path.Combine(directory, $"cases-{partition:D4}.snapshot");

    /// <summary>Writes a store that nobody changes meanwhile. All that it has folded must be durable in the log before.</summary>
    public static void Save(string directory, IPartitionedLog log, int partition, CaseStore store)
    {
        var (_, sorted) = SortedCases(store.Cases);
        var position = new SnapshotPosition(
            store.Count, store.ProjectedOffset, store.Watermark, log.PartitionCount, Fingerprint(log, partition, store.ProjectedOffset));
        AtomicFile.Write(PathOf(directory, partition), stream => SnapshotWriter.Write(stream, partition, position, sorted));
    }

    /// <summary>Takes a partition's snapshot away, if there is one.</summary>
    public static void Delete(string directory, int partition)
    {
        if (Directory.Exists(directory))
            File.Delete(PathOf(directory, partition));
    }

    /// <summary>Loads a partition's store from its snapshot; an empty store and a reason when there is none that fits the log and the clock.</summary>
    public static (CaseStore Store, SnapshotReport Report) Load(string directory, IPartitionedLog log, int partition, EventTime lastCounted)
    {
        string path = PathOf(directory, partition);
        try
        {
            using var file = OpenFitting(path, log, partition);
            if (file.Position.Watermark > lastCounted)
                throw new SnapshotRefusedException($"its watermark {file.Position.Watermark} lies too far past the clock");
            var store = new CaseStore(checked((int)file.Position.Count));
            var decoder = new CaseDecoder();
            for (int block = 0; block < file.BlockCount; block++)
                file.ReadBlock(block, decoder, store.Restore);
            if (store.Count != file.Position.Count)
                throw new SnapshotRefusedException("it holds another number of cases than it states");
            store.RestorePosition(file.Position.ProjectedOffset, file.Position.Watermark);
            return (store, new SnapshotReport(partition, path, store.Count, store.ProjectedOffset, null));
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return (new CaseStore(), new SnapshotReport(partition, path, 0, 0, Reason(exception)));
        }
    }

    /// <summary>An order's case from its partition's snapshot and the offset after the last event in it; from offset 0 when no snapshot fits.</summary>
    public static (FulfillmentCase? Case, long ProjectedOffset) Find(string directory, IPartitionedLog log, OrderId orderId)
    {
        int partition = log.PartitionOf(orderId);
        try
        {
            using var file = OpenFitting(PathOf(directory, partition), log, partition);
            return (file.Find(orderId), file.Position.ProjectedOffset);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return (null, 0);
        }
    }

    /// <summary>Cases with their ids, in ascending order of these.</summary>
    public static (OrderId[] Ids, FulfillmentCase[] Cases) SortedCases(IReadOnlyCollection<FulfillmentCase> cases)
    {
        FulfillmentCase[] sorted = [.. cases];
        var ids = new OrderId[sorted.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = sorted[i].OrderId;
        Array.Sort(ids, sorted);
        return (ids, sorted);
    }

    private static SnapshotFile OpenFitting(string path, IPartitionedLog log, int partition)
    {
        if (!File.Exists(path))
            throw new SnapshotRefusedException("there is none");
        var file = SnapshotFile.Open(path, partition);
        try
        {
            if (file.Position.PartitionCount != log.PartitionCount)
                throw new SnapshotRefusedException($"it is of a log with {file.Position.PartitionCount} partitions, and this one has {log.PartitionCount}");
            if (file.Position.ProjectedOffset > log.EndOffset(partition))
                throw new SnapshotRefusedException($"it stands at offset {file.Position.ProjectedOffset}, and the log ends at {log.EndOffset(partition)}");
            if (file.Position.LogFingerprint != Fingerprint(log, partition, file.Position.ProjectedOffset))
                throw new SnapshotRefusedException("it is of another log");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A few events up to the offset, the last one among them: a log that was cut and went on differently differs there.
    private static ulong Fingerprint(IPartitionedLog log, int partition, long offset)
    {
        const ulong Prime = 1_099_511_628_211;
        ulong hash = 14_695_981_039_346_656_037;
        var one = new FulfillmentEvent[1];
        for (int probe = 1; probe <= FingerprintProbes && offset > 0; probe++)
        {
            using var cursor = log.Read(partition, Math.Max(1, (long)((Int128)offset * probe / FingerprintProbes)) - 1);
            if (cursor.Read(one) == 0)
                break;
            ref readonly var @event = ref one[0];
            hash = (hash ^ @event.OrderId.StableHash()) * Prime;
            hash = (hash ^ (ulong)@event.Type) * Prime;
            hash = (hash ^ (ulong)@event.EventAt.UnixSeconds) * Prime;
            hash = (hash ^ ((uint)@event.SellerRegion.Code << 16) ^ @event.CustomerRegion.Code) * Prime;
        }

        return hash;
    }

    private static bool IsRefusal(Exception exception) =>
        exception is SnapshotRefusedException or IOException or UnauthorizedAccessException or ArgumentException or OverflowException;

    private static string Reason(Exception exception) =>
        exception is SnapshotRefusedException or IOException or UnauthorizedAccessException ? exception.Message : "a case in it is malformed";
}
