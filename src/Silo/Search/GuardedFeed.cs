using System.Runtime.CompilerServices;
using Eip.Silo.Rebuild;
using Eip.Storage.Elasticsearch.Rebuild;

namespace Eip.Silo.Search;

/// <summary>Gives the cases of a log only if it holds as many orders as the indices do, or the loss was accepted.</summary>
/// <param name="log">The folded log.</param>
/// <param name="indexed">How many orders the indices hold.</param>
/// <param name="acceptedLoss">How many of them may be lost.</param>
internal sealed class GuardedFeed(FoldedCaseFeed log, long indexed, long? acceptedLoss) : ICaseFeed
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Orders would be lost.</exception>
    public async IAsyncEnumerable<CaseFeedBatch> ReadAsync(string? position, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        bool isChecked = false;
        await foreach (var batch in log.ReadAsync(position, cancellationToken))
        {
            // The whole log is folded before the first batch comes.
            if (!isChecked)
                Check();
            isChecked = true;
            yield return batch;
        }

        if (!isChecked)
            Check();
    }

    private void Check() => LossGuard.RequireOrders(indexed - log.Orders, acceptedLoss, "the search indices");
}
