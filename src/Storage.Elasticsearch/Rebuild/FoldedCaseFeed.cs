using System.Globalization;
using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Rebuild;

/// <summary>
/// Folds a log into cases in memory and gives each once, as the end of the log leaves it. A later call folds what came since. The position holds the
/// offsets that are folded and the last order that was given, so that another process can go on.
/// </summary>
/// <param name="partitions">How many partitions the log has.</param>
/// <param name="read">Events of a partition from an offset to its end, in batches, each with the offset after it.</param>
/// <param name="batchSize">How many cases a batch has.</param>
public sealed class FoldedCaseFeed(
    int partitions, Func<int, long, CancellationToken, IAsyncEnumerable<LogBatch>> read, int batchSize = 1_000) : ICaseFeed
{
    private readonly SortedDictionary<OrderId, FulfillmentCase> cases = [];
    private readonly long[] folded = new long[partitions];

    /// <summary>How many orders the log has, as far as it is folded.</summary>
    public int Orders => cases.Count;

    /// <inheritdoc/>
    /// <exception cref="FormatException">The position is not one of this feed over this log.</exception>
    public async IAsyncEnumerable<CaseFeedBatch> ReadAsync(string? position, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (offsets, given) = position is null ? (new long[partitions], null) : Parse(position);
        var changed = new HashSet<OrderId>();
        for (int partition = 0; partition < partitions; partition++)
            await FoldAsync(partition, position is null ? long.MaxValue : offsets[partition], changed, cancellationToken);
        // At first every case is due; on a way that was broken off, those beyond the last one given and those that changed since.
        bool isWhole = position is null || given is not null;
        var due = cases.Keys.Where(id => changed.Contains(id) || (isWhole && (given is null || id.CompareTo(given.Value) > 0))).ToArray();
        // Changes of orders that were given come last, so that the last order given tells where the rest begins.
        var ordered = isWhole && given is not null ? due.OrderBy(id => id.CompareTo(given.Value) <= 0).ThenBy(static id => id).ToArray() : due;
        for (int start = 0; start < ordered.Length; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = ordered[start..Math.Min(start + batchSize, ordered.Length)];
            bool isLast = start + batch.Length == ordered.Length;
            string next = isLast ? Format(folded, null) : position is null || given is not null
                ? Format(position is null ? folded : offsets, Later(given, batch[^1]))
                : position;
            yield return new CaseFeedBatch([.. batch.Select(id => CaseSnapshot.Of(cases[id]))], next);
        }
    }

    private static OrderId Later(OrderId? left, OrderId right) => left is { } known && known.CompareTo(right) > 0 ? known : right;

    private async Task FoldAsync(int partition, long changesFrom, HashSet<OrderId> changed, CancellationToken cancellationToken)
    {
        await foreach (var batch in read(partition, folded[partition], cancellationToken))
        {
            long offset = batch.NextOffset - batch.Events.Count;
            foreach (var @event in batch.Events)
            {
                if (!cases.TryGetValue(@event.OrderId, out var @case))
                    cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
                if (@case.Apply(@event) && offset >= changesFrom)
                    changed.Add(@event.OrderId);
                offset++;
            }

            folded[partition] = batch.NextOffset;
        }
    }

    private static string Format(long[] offsets, OrderId? given) =>
        string.Join(',', offsets.Select(static offset => offset.ToString(CultureInfo.InvariantCulture))) + (given is { } id ? $";{id}" : "");

    private (long[] Offsets, OrderId? Given) Parse(string position)
    {
        string[] parts = position.Split(';', 2);
        long[] offsets = [.. parts[0].Split(',').Select(static text => long.Parse(text, CultureInfo.InvariantCulture))];
        if (offsets.Length != partitions)
            throw new FormatException($"'{parts[0]}' has {offsets.Length} offsets, the log has {partitions} partitions.");
        return (offsets, parts.Length > 1 ? OrderId.Parse(parts[1]) : null);
    }
}

/// <summary>Some events of a partition that lie side by side.</summary>
/// <param name="Events">The events.</param>
/// <param name="NextOffset">The offset after the last of them.</param>
public sealed record LogBatch(IReadOnlyList<FulfillmentEvent> Events, long NextOffset);
