using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>What a repair found and did.</summary>
/// <param name="Found">The damage that there was.</param>
/// <param name="Partitions">Each partition that was made anew.</param>
/// <param name="KeptIn">The folder that the damaged files were moved to; null when none was.</param>
/// <param name="Notes">What else was put right, in sentences for people.</param>
public sealed record LogRepairReport(LogExamination Found, IReadOnlyList<RepairedPartition> Partitions, string? KeptIn, IReadOnlyList<string> Notes);

/// <summary>A partition that was made anew from its whole records.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Kept">Events that are in it now.</param>
/// <param name="Missing">Events that had been flushed and are gone.</param>
/// <param name="Gone">Each place where bytes were skipped, in sentences for people, without their full stops.</param>
public sealed record RepairedPartition(int Partition, long Kept, long Missing, IReadOnlyList<string> Gone)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"Partition {Partition}: {Kept:N0} events are kept, {Missing:N0} that had been flushed are gone.");
}
