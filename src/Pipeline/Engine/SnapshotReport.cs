namespace Eip.Pipeline.Engine;

/// <summary>What became of a partition's snapshot when the pipeline was opened.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Path">The snapshot's file.</param>
/// <param name="CaseCount">Cases loaded from it.</param>
/// <param name="ProjectedOffset">The offset from which the log is read on.</param>
/// <param name="RefusedBecause">Why it was left aside and the log is read from its beginning; null when it was loaded.</param>
public sealed record SnapshotReport(int Partition, string Path, int CaseCount, long ProjectedOffset, string? RefusedBecause);
