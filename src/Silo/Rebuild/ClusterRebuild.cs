using Eip.Domain;
using Eip.Silo.Kafka;
using Eip.Silo.Search;
using Eip.Storage.Postgres;
using Eip.Streams.Kafka;
using Eip.Streams.Kafka.Continuity;
using Npgsql;

namespace Eip.Silo.Rebuild;

/// <summary>
/// Makes cases and <c>route_stats_daily</c> anew from the whole log, beside what serves, and puts them in its place in one transaction. Silos need not be
/// stopped: they fold on, and go back to where the new cases end. Broken off, it goes on where it was.
/// </summary>
/// <param name="database">The cluster's database.</param>
/// <param name="log">Reads the log.</param>
/// <param name="extents">What the brokers hold of it.</param>
internal sealed class ClusterRebuild(NpgsqlDataSource database, KafkaLogReader log, KafkaExtents extents)
{
    // The swap comes when a round over the partitions found no more events than these: silos fold them again afterwards.
    private const int NearlyNone = 5_000, MaxRounds = 10;
    private readonly ShadowCases cases = new(database);

    /// <summary>Makes everything anew.</summary>
    /// <param name="acceptedLoss">How many orders may be lost that serve now and are not on the log; null for none, and for a log that begins at its beginning.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Breaks it off; what serves is as it was then.</param>
    /// <exception cref="InvalidOperationException">It would lose orders; nothing has changed. Or another one runs.</exception>
    public Task<ClusterRebuildResult> RunAsync(long? acceptedLoss, IProgress<ClusterRebuildProgress>? progress, CancellationToken cancellationToken) =>
        cases.AloneAsync(() => RebuildAsync(acceptedLoss, progress, cancellationToken), cancellationToken);

    private async Task<ClusterRebuildResult> RebuildAsync(
        long? acceptedLoss, IProgress<ClusterRebuildProgress>? progress, CancellationToken cancellationToken)
    {
        var known = await extents.ReadAsync(cancellationToken);
        if (acceptedLoss is null)
            LossGuard.RequireBeginning(known);
        var positions = await cases.PrepareAsync(known.ToDictionary(static partition => partition.Key, static partition => partition.Value.TopicId), cancellationToken);
        bool isResumed = positions.Values.Any(static position => position > 0);
        long events = await FoldAsync(known, positions.ToDictionary(StringComparer.Ordinal), progress, cancellationToken);
        LossGuard.RequireOrders(await cases.MissingAsync(cancellationToken), acceptedLoss, "PostgreSQL");

        var (digest, routes, orders) = await DigestAsync(cancellationToken);
        // Before the swap: what lanes write after it is never older.
        await new PostgresRouteStatsStore(database).ReplaceAllAsync(routes, cancellationToken);
        await cases.SwapAsync(cancellationToken);
        return new ClusterRebuildResult(orders, events, isResumed, digest);
    }

    private async Task<long> FoldAsync(
        IReadOnlyDictionary<string, LogExtent> known,
        Dictionary<string, long> positions,
        IProgress<ClusterRebuildProgress>? progress,
        CancellationToken cancellationToken)
    {
        long events = 0;
        for (int round = 0; round < MaxRounds; round++)
        {
            long before = events;
            for (int partition = 0; partition < log.Partitions.Count; partition++)
            {
                string key = KafkaStreams.KeyOf(log.Partitions[partition].Topic, log.Partitions[partition].Partition.Value);
                await foreach (var batch in log.ReadAsync(partition, positions.GetValueOrDefault(key), cancellationToken))
                {
                    await cases.FoldAsync(key, known[key].TopicId, batch.Events, batch.NextOffset, cancellationToken);
                    positions[key] = batch.NextOffset;
                    events += batch.Events.Count;
                    progress?.Report(new ClusterRebuildProgress(key, batch.NextOffset, known[key].End, events));
                }

                // An empty partition has a position as well.
                if (positions.TryAdd(key, known[key].Begin))
                    await cases.FoldAsync(key, known[key].TopicId, [], positions[key], cancellationToken);
            }

            if (events - before <= NearlyNone)
                break;
        }

        return events;
    }

    private async Task<(SectionDigests Digest, IReadOnlyList<RouteStats> Routes, long Orders)> DigestAsync(CancellationToken cancellationToken)
    {
        using var digest = new ProjectionDigest();
        var network = new NetworkLedger();
        long orders = 0;
        await foreach (var @case in cases.ReadAllAsync(cancellationToken))
        {
            digest.Add(@case.ToCard(), @case.ToTimeline());
            network.Replace(null, @case.Contribution());
            orders++;
        }

        var routes = network.ToRouteStats();
        foreach (var row in routes)
            digest.Add(row);
        return (digest.FinishSections(), routes, orders);
    }
}

/// <summary>How far a rebuild has come.</summary>
/// <param name="Partition">The partition that is read.</param>
/// <param name="NextOffset">Where it stands there.</param>
/// <param name="End">Where the partition ended when it began.</param>
/// <param name="Events">Events folded by this run.</param>
internal sealed record ClusterRebuildProgress(string Partition, long NextOffset, long End, long Events);

/// <summary>What a rebuild did.</summary>
/// <param name="Orders">Orders that have a case now.</param>
/// <param name="Events">Events folded by this run.</param>
/// <param name="WasResumed">Whether it went on where an earlier one was broken off.</param>
/// <param name="Digest">The digest of what was made.</param>
internal sealed record ClusterRebuildResult(long Orders, long Events, bool WasResumed, SectionDigests Digest);
