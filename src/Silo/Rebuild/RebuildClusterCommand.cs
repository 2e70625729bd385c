using System.Diagnostics;
using Eip.Silo.Hosting;
using Eip.Silo.Kafka;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Eip.Storage.Postgres;

namespace Eip.Silo.Rebuild;

/// <summary>
/// <c>rebuild-cluster [--accept-loss N] [--keep-stored] [--patience SECONDS]</c>: cases, <c>route_stats_daily</c> and, where there is one, the search store anew
/// from the whole log while silos serve; ends with every store held against the log.
/// </summary>
internal static class RebuildClusterCommand
{
    /// <summary>Rebuilds; 0 when everything agrees with the log, 1 when something does not, 2 when it could not be done, 130 when it was interrupted.</summary>
    public static Task<int> RunAsync(string[] args) => RebuildRun.RunAsync("what serves is as it was", args, static async (settings, options, cancellationToken) =>
    {
        if (settings.Kafka is null)
            throw new InvalidOperationException("EIP_KAFKA is missing; it names the brokers of the log.");
        if (settings.Postgres is null)
            throw new InvalidOperationException("EIP_POSTGRES is missing; it names the database of the cluster.");
        await using var database = PostgresDatabase.Open(settings.Postgres);
        await SiloSchema.MigrateAsync(database, cancellationToken);
        using var extents = new KafkaExtents(settings.LogOptions());
        if (options.KeepsStored)
        {
            var gone = await KeepStored.RunAsync(database, extents, cancellationToken);
            foreach (string line in gone)
                Console.WriteLine(line);
            Console.WriteLine(gone.Count == 0 ? "Nothing is broken: the log goes on where the store stands." : "What is stored is kept, and holds more than the log from now on.");
            return 0;
        }

        var watch = Stopwatch.StartNew();
        var rebuild = new ClusterRebuild(database, new KafkaLogReader(settings.LogOptions(), options.Patience), extents);
        var progress = new RebuildProgressLine<ClusterRebuildProgress>(static at =>
            $"folding {at.Partition}: offset {at.NextOffset:n0} of {Math.Max(at.NextOffset, at.End):n0}; {at.Events:n0} events in all");
        var result = await rebuild.RunAsync(options.AcceptedLoss, progress, cancellationToken);
        progress.End();
        Console.WriteLine($"{result.Orders:n0} cases and route_stats_daily from {result.Events:n0} events in {watch.Elapsed.TotalSeconds:n1} s"
            + $"{(result.WasResumed ? ", those of the run before not counted" : "")}: digest {result.Digest.All}");
        if (settings.Elasticsearch is not null)
            await RebuildSearchCommand.RebuildAsync(settings, options, cancellationToken);
        // Silos catch up with what came meanwhile.
        bool holds = await new StandingVerification(settings, options.Patience, Console.Out).RunAsync(cancellationToken);
        Console.WriteLine(holds ? "Everything agrees with the log." : "Something differs from the log.");
        return holds ? 0 : 1;
    });
}
