namespace Eip.Simulator.Olist;

/// <summary>Takes rows that cannot be read, so that they are set aside rather than lost (fulfillment-v1 §2).</summary>
public interface IRejectSink
{
    /// <summary>
    /// Sets a row aside. Files are read at once, so rows of different files may come from different threads and in any order; rows of one file come
    /// in the order of their lines.
    /// </summary>
    void Add(RejectedRow row);
}

/// <summary>A row that cannot be read.</summary>
/// <param name="File">Name of the file, without its folder.</param>
/// <param name="Line">The line that the row begins in; the header is line 1.</param>
/// <param name="Field">The header of the field at fault, or null when the row as a whole is.</param>
/// <param name="Reason">What is wrong, in a sentence for people.</param>
/// <param name="Content">The row as it stands in the file, without its line break.</param>
public sealed record RejectedRow(string File, long Line, string? Field, string Reason, string Content)
{
    /// <summary>The bytes of the row where they are not UTF-8, so that <see cref="Content"/> cannot hold them; null otherwise.</summary>
    public byte[]? Bytes { get; init; }
}
