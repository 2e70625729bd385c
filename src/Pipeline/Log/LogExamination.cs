using System.Globalization;

namespace Eip.Pipeline.Log;

/// <summary>A place where the log does not hold what was written.</summary>
/// <param name="Partition">The partition; null when it concerns the whole log.</param>
/// <param name="File">The file, or the folder when all of it is missing.</param>
/// <param name="Position">Where in it, in bytes.</param>
/// <param name="Offset">The first offset that cannot be read.</param>
/// <param name="Missing">How many events of the file that had been flushed are missing or unreadable.</param>
/// <param name="Reason">What is wrong, as the rest of a sentence.</param>
public sealed record LogDamage(int? Partition, string File, long Position, long Offset, long Missing, string Reason)
{
    /// <summary>File, byte and offset.</summary>
    internal string Where => string.Create(CultureInfo.InvariantCulture, $"'{File}', byte {Position}, offset {Offset}");

    internal static string Count(long missing) => string.Create(
        CultureInfo.InvariantCulture, $"{missing:N0} {(missing == 1 ? "event that had been flushed is" : "events that had been flushed are")} missing or unreadable");

    /// <summary>A sentence for people, without its full stop.</summary>
    public override string ToString() => $"{Where}: {Reason}" + (Missing == 0 ? "" : $"; {Count(Missing)}");
}

/// <summary>What reading a whole log with every checksum found.</summary>
/// <param name="Damages">Each place that does not hold what was written, one for a segment.</param>
/// <param name="Notes">What else is out of order and costs no event, in sentences for people.</param>
/// <param name="Events">Events that are whole.</param>
/// <param name="Partitions">Partitions of the log.</param>
public sealed record LogExamination(IReadOnlyList<LogDamage> Damages, IReadOnlyList<string> Notes, long Events, int Partitions)
{
    /// <summary>How many events that had been flushed are missing or unreadable.</summary>
    public long Missing => Damages.Sum(static damage => damage.Missing);
}
