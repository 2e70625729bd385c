using Eip.Streams.Kafka.Continuity;

namespace Eip.Silo.Rebuild;

/// <summary>Refuses to make a store anew from a log that holds less than the store does, unless the loss is named.</summary>
internal static class LossGuard
{
    private const string Option = "--accept-loss";

    /// <summary>Refuses a log whose first records are gone.</summary>
    /// <exception cref="InvalidOperationException">A partition begins above offset 0.</exception>
    public static void RequireBeginning(IReadOnlyDictionary<string, LogExtent> log)
    {
        var cut = log.Where(static partition => partition.Value.Begin > 0).OrderBy(static partition => partition.Key, StringComparer.Ordinal).ToArray();
        if (cut.Length == 0)
            return;
        string begins = string.Join(", ", cut.Take(4).Select(static partition => $"{partition.Key} at offset {partition.Value.Begin:n0}"));
        throw new InvalidOperationException(
            $"The log does not begin at its beginning: {begins}{(cut.Length > 4 ? $" and {cut.Length - 4} more" : "")}. What was deleted cannot be folded again, so what is "
            + $"stored may be all that is left of it. Nothing was changed. To lose up to N stored orders on purpose: {Option} N");
    }

    /// <summary>Refuses to lose orders.</summary>
    /// <param name="lost">How many are stored and not on the log.</param>
    /// <param name="accepted">How many may be.</param>
    /// <param name="store">The store that would lose them.</param>
    /// <exception cref="InvalidOperationException">More are lost than may be.</exception>
    public static void RequireOrders(long lost, long? accepted, string store)
    {
        if (lost > (accepted ?? 0))
        {
            throw new InvalidOperationException(
                $"{lost:n0} orders are in {store} and not on the log: they would be lost. Nothing was changed. To lose them on purpose: {Option} {lost}");
        }
    }
}
