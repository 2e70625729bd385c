namespace Eip.Pipeline.Log;

/// <summary>Reads every segment of a log with its checksums.</summary>
internal static class LogVerification
{
    public static IReadOnlyList<LogDamage> Run(IEnumerable<PartitionLog> partitions)
    {
        var found = new List<LogDamage>();
        using var cursor = new RecordCursor();
        foreach (var partition in partitions)
        {
            var segments = partition.Segments;
            for (int i = 0; i < segments.Length; i++)
            {
                if (Check(partition, segments[i], i + 1 < segments.Length ? segments[i + 1] : null, cursor) is { } damage)
                    found.Add(damage);
            }
        }

        return found;
    }

    private static LogDamage? Check(PartitionLog partition, Segment segment, Segment? next, RecordCursor cursor)
    {
        long offset = segment.BaseOffset;
        try
        {
            partition.OpenAt(segment, SegmentFormat.HeaderLength, cursor);
        }
        catch (LogDamagedException exception)
        {
            return new LogDamage(partition.Number, segment.Path, exception.Position, exception.Offset, exception.Message);
        }

        RecordState state;
        long limit = partition.LimitOf(segment, cursor);
        while ((state = cursor.Next(limit, out _)) == RecordState.Whole)
            offset++;
        // A last segment may end within a record that another process is writing.
        string? reason = state == RecordState.Damaged ? "a record does not match its checksum"
            : next is not null && next.BaseOffset != offset ? $"the segment ends here, and the next one begins with offset {next.BaseOffset}"
            : null;
        return reason is null ? null : new LogDamage(partition.Number, segment.Path, cursor.Position, offset, reason);
    }
}
