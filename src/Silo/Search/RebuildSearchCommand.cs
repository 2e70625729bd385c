using System.Diagnostics;
using Eip.Silo.Hosting;
using Eip.Silo.Kafka;
using Eip.Silo.Rebuild;
using Eip.Silo.Verification;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Elasticsearch.Rebuild;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Search;

/// <summary>
/// <c>rebuild-search [--accept-loss N] [--patience SECONDS]</c>: the search indices anew from the log, beside the old ones, which serve until the aliases
/// swap. Interrupted, it goes on where it was when it is run again.
/// </summary>
internal static class RebuildSearchCommand
{
    /// <summary>Rebuilds; 0 when the new indices serve, 2 when it could not be done, 130 when it was interrupted.</summary>
    public static Task<int> RunAsync(string[] args) => RebuildRun.RunAsync("the old indices serve on", args, static async (settings, options, cancellationToken) =>
    {
        await RebuildAsync(settings, options, cancellationToken);
        return 0;
    });

    /// <summary>Rebuilds, and says so.</summary>
    /// <exception cref="InvalidOperationException">A server is not named, or orders would be lost that nobody has accepted to lose.</exception>
    /// <exception cref="Pipeline.Ports.StoreUnavailableException">A store is away.</exception>
    public static async Task RebuildAsync(SiloSettings settings, RebuildOptions options, CancellationToken cancellationToken)
    {
        await using var services = SearchServices.Of(settings);
        var watch = Stopwatch.StartNew();
        var store = services.GetRequiredService<ElasticsearchStore>();
        using var extents = new KafkaExtents(settings.LogOptions());
        if (options.AcceptedLoss is null)
            LossGuard.RequireBeginning(await extents.ReadAsync(cancellationToken));
        var reader = new KafkaLogReader(settings.LogOptions(), options.Patience);
        using var silence = new Silence("Elasticsearch", options.Patience, cancellationToken);
        var folded = new FoldedCaseFeed(reader.Partitions.Count, (partition, offset, token) => QuietlyAsync(reader.ReadAsync(partition, offset, token), silence));
        var feed = new GuardedFeed(folded, await silence.GuardAsync(IndexedAsync(store, silence.Token)), options.AcceptedLoss);
        var line = new RebuildProgressLine<RebuildProgress>(static at => $"{at.Phase} {at.Index}: {at.Cases:n0} cases");
        var progress = new Progress(line, silence);
        var result = await silence.GuardAsync(store.Rebuild(feed).RunAsync(progress, silence.Token));
        line.End();
        Console.WriteLine(
            $"{result.Cases:n0} cases in {watch.Elapsed.TotalSeconds:n1} s{(result.WasResumed ? ", those of the run before included" : "")}: "
            + $"{settings.Elasticsearch!.ShipmentsAlias} stands for {result.ShipmentsIndex}, {settings.Elasticsearch.EventsAlias} for {result.EventsIndex}");
    }

    // How many orders the indices hold that serve now; none where they are missing.
    private static async Task<long> IndexedAsync(ElasticsearchStore store, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.Search.SearchAsync(new Pipeline.Ports.CaseQuery { Limit = 0 }, cancellationToken)).Total;
        }
        catch (SearchIndexException)
        {
            return 0;
        }
    }

    // While the log is read nothing is asked of Elasticsearch; of its own silence the reader tells itself.
    private static async IAsyncEnumerable<LogBatch> QuietlyAsync(IAsyncEnumerable<LogBatch> batches, Silence silence)
    {
        silence.Pause();
        await foreach (var batch in batches)
            yield return batch;
        silence.Broken();
    }

    private sealed class Progress(IProgress<RebuildProgress> line, Silence silence) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
            silence.Broken();
            line.Report(value);
        }
    }
}
