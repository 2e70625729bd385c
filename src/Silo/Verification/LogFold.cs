using Eip.Domain;
using Eip.Silo.Search;

namespace Eip.Silo.Verification;

/// <summary>The folds over the whole log in memory: what every store of the cluster has to hold.</summary>
internal sealed class LogFold(KafkaLogReader log)
{
    private readonly SortedDictionary<OrderId, FulfillmentCase> cases = [];
    private readonly long[] offsets = new long[log.Partitions.Count];

    /// <summary>Orders that have a card.</summary>
    public int Orders => cases.Count;

    /// <summary>Distinct events.</summary>
    public long Events => cases.Values.Sum(static @case => (long)@case.EventCount);

    /// <summary>Folds what came since the last call; false when nothing did.</summary>
    public async Task<bool> AdvanceAsync(CancellationToken cancellationToken = default)
    {
        bool moved = false;
        for (int partition = 0; partition < offsets.Length; partition++)
        {
            await foreach (var batch in log.ReadAsync(partition, offsets[partition], cancellationToken))
            {
                foreach (var @event in batch.Events)
                {
                    if (!cases.TryGetValue(@event.OrderId, out var @case))
                        cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
                    @case.Apply(@event);
                }

                offsets[partition] = batch.NextOffset;
                moved = true;
            }
        }

        return moved;
    }

    /// <summary>The digest of everything folded.</summary>
    public SectionDigests Digest()
    {
        using var digest = new ProjectionDigest();
        var network = new NetworkLedger();
        foreach (var @case in cases.Values)
        {
            digest.Add(@case.ToCard(), @case.ToTimeline());
            network.Replace(null, @case.Contribution());
        }

        foreach (var row in network.ToRouteStats())
            digest.Add(row);
        return digest.FinishSections();
    }
}
