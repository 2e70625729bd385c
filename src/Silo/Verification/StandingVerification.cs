using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Silo.Kafka;
using Eip.Silo.Search;
using Eip.Silo.State;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Verification;

/// <summary>
/// Holds what the stores of a standing cluster contain against the folds of its log: cases and <c>route_stats_daily</c> in PostgreSQL, cards and timelines in
/// Elasticsearch. A cluster that is still folding gets time to come to the end of the log, and a store that is away to come back.
/// </summary>
internal sealed class StandingVerification(SiloSettings settings, TimeSpan patience, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Compares, and prints a line for each store; true when all agree.</summary>
    /// <exception cref="StoreUnavailableException">Kafka does not answer.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken = default)
    {
        await using var services = settings.Elasticsearch is null ? null : SearchServices.Of(settings);
        var fold = new LogFold(new KafkaLogReader(settings.LogOptions(), StoreFailures.Bound(patience)));
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await fold.AdvanceAsync(cancellationToken);
            var expected = fold.Digest();
            var lines = new List<Line>();
            if (settings.Postgres is { } postgres)
                lines.AddRange(await AskAsync(["cases", "route_stats_daily"], () => CasesAsync(postgres, expected, cancellationToken)));
            if (services is not null)
            {
                var store = services.GetRequiredService<ElasticsearchStore>();
                lines.AddRange(await AskAsync(["search"], async () => [await IndicesAsync(store, fold, expected, cancellationToken)]));
            }

            bool holds = lines.TrueForAll(static line => line.Holds);
            if (!holds && TimeProvider.System.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause, cancellationToken);
                continue;
            }

            await output.WriteLineAsync($"{"log",-18} {fold.Orders:n0} orders, {fold.Events:n0} events, digest {expected.All}");
            foreach (var (name, _, told) in lines)
                await output.WriteLineAsync($"{name,-18} {told}");
            return holds;
        }
    }

    // A store that is away is a line as well, so that the others are told of.
    private static async Task<IEnumerable<Line>> AskAsync(string[] names, Func<Task<IEnumerable<Line>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (StoreFailures.Tell(exception) is { } told)
        {
            return names.Select(name => new Line(name, false, $"NOT COMPARED: {told}"));
        }
    }

    private static async Task<IEnumerable<Line>> CasesAsync(string postgres, SectionDigests expected, CancellationToken cancellationToken)
    {
        await using var database = PostgresDatabase.Open(postgres);
        var found = await ClusterDigest.ComputeAsync(
            new PostgresCaseStates(database), new PostgresRouteStatsStore(database).ReadAllAsync(cancellationToken), cancellationToken);
        bool cases = found.Cards == expected.Cards && found.Timelines == expected.Timelines, routes = found.RouteStats == expected.RouteStats;
        const string Remedy = "repair with: eip rebuild --cluster";
        return
        [
            new("cases", cases, cases ? "same" : $"DIFFER from the log; {Remedy}"),
            new("route_stats_daily", routes, routes ? "same" : $"DIFFERS from the log; {Remedy}"),
        ];
    }

    private async Task<Line> IndicesAsync(ElasticsearchStore store, LogFold fold, SectionDigests expected, CancellationToken cancellationToken)
    {
        const string Remedy = "repair with: eip rebuild --search";
        try
        {
            await StoreFailures.AskAsync("Elasticsearch", StoreFailures.Bound(patience), store.Indices.RefreshAsync, cancellationToken);
            var found = await store.Digest.ComputeAsync(cancellationToken);
            if (found.Agrees(expected))
                return new("search", true, "same");
            string findings = found.Findings.Count == 0 ? "" : $"; {string.Join(" ", found.Findings.Take(3))}";
            return new("search", false, $"DIFFERS from the log: {found.Orders:n0} of {fold.Orders:n0} orders, {found.Events:n0} of {fold.Events:n0} events{findings}; {Remedy}");
        }
        catch (SearchIndexException exception)
        {
            return new("search", false, $"DIFFERS from the log: {exception.Message}");
        }
    }

    private readonly record struct Line(string Store, bool Holds, string Told);
}
