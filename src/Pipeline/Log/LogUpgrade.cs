namespace Eip.Pipeline.Log;

/// <summary>
/// Makes a log of format 1 one of the current format: the segments' headers get the log's number and the chain of what comes before them. A log that is
/// interrupted in between is of format 1 still, and its next upgrade ends it.
/// </summary>
internal static class LogUpgrade
{
    public static LogMetadata Run(string directory, PartitionLog[] partitions)
    {
        var metadata = LogMetadata.Create(partitions.Length);
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
        foreach (var partition in partitions)
        {
            foreach (var segment in partition.Segments)
            {
                using var handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                SegmentFormat.Write(header, partition.Number, segment.BaseOffset, metadata.Id, segment.Index.FirstChain);
                RandomAccess.Write(handle, header, 0);
                Durable.Flush(handle);
                // Earlier versions kept the index of a segment beside it.
                File.Delete(Path.ChangeExtension(segment.Path, ".index"));
            }

            partition.Metadata = metadata;
        }

        new LogEnds(metadata.Id, 0, [.. partitions.Select(static partition => partition.End)]).Save(directory);
        LogEnds.Sync(directory);
        metadata.Save(directory);
        return metadata;
    }
}
