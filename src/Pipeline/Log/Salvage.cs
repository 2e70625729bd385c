using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>Takes the whole records out of damaged partitions, and gives each to the partition of its order.</summary>
internal sealed class Salvage(string logDirectory, LogMetadata log, IReadOnlyDictionary<int, PartitionRebuild> rebuilt)
{
    // A segment may stand in two places, and be whole in neither.
    private readonly Dictionary<(int Partition, long BaseOffset), List<string>> taken = [];

    public void Take(int partition)
    {
        string directory = SegmentFormat.PartitionDirectory(logDirectory, partition);
        var target = rebuilt[partition];
        foreach (long named in SegmentFormat.List(directory))
        {
            var found = SalvagedSegment.Read(SegmentFormat.PathOf(directory, named));
            if (found.Header is { } foreign && foreign.IsOfAnother(log))
            {
                target.Gone.Add($"'{found.Path}' is a segment of another log, and nothing was taken from it");
                continue;
            }

            foreach (var (position, length, _) in found.Gaps)
                target.Gone.Add(string.Create(CultureInfo.InvariantCulture, $"'{found.Path}', bytes {position} to {position + length - 1} hold no whole record"));
            var known = found.Header is { } header ? RecordsOfCopies(found.Path, (header.Partition, header.BaseOffset)) : [];
            for (int i = 0; i < found.Records.Count; i++)
            {
                if (known.Count == 0 || !known.Contains(Convert.ToHexString(found.Record(i))))
                    Give(found.Record(i));
            }
        }
    }

    private HashSet<string> RecordsOfCopies(string path, (int Partition, long BaseOffset) place)
    {
        if (!taken.TryGetValue(place, out var copies))
            taken.Add(place, copies = []);
        var records = new HashSet<string>();
        foreach (string copy in copies)
        {
            var read = SalvagedSegment.Read(copy);
            for (int i = 0; i < read.Records.Count; i++)
                records.Add(Convert.ToHexString(read.Record(i)));
        }

        copies.Add(path);
        return records;
    }

    // What belongs to a partition that is not damaged is there already.
    private void Give(ReadOnlySpan<byte> record)
    {
        int partition = (int)(RecordFormat.OrderOf(record).StableHash() % (uint)log.Partitions);
        if (rebuilt.TryGetValue(partition, out var target))
            target.Add(record);
    }
}
