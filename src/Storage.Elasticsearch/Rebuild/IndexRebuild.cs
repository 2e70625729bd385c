using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Indices;
using Eip.Storage.Elasticsearch.Writing;
using Microsoft.Extensions.Logging;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Rebuild;

/// <summary>
/// Makes both indices anew from the log, beside the old ones, while those serve and are written to; then the aliases swap in one step. What the hosts wrote
/// to the old indices meanwhile is in the log too, and follows after the swap; versions keep newer documents. A rebuild that was broken off goes on where it
/// was: the new index itself tells how far it came.
/// </summary>
public sealed partial class IndexRebuild
{
    // Before the swap the new indices catch up until no more cases than these changed while they did, or for so many rounds.
    private const int NearlyNone = 1_000, MaxRounds = 10;
    private readonly ElasticsearchConnection connection;
    private readonly ElasticsearchOptions options;
    private readonly SearchIndices indices;
    private readonly BulkWriter writer;
    private readonly ICaseFeed feed;
    private readonly ILogger logger;

    internal IndexRebuild(
        ElasticsearchConnection connection, ElasticsearchOptions options, SearchIndices indices, BulkWriter writer, ICaseFeed feed, ILogger logger)
    {
        this.connection = connection;
        this.options = options;
        this.indices = indices;
        this.writer = writer;
        this.feed = feed;
        this.logger = logger;
    }

    /// <summary>Runs it to its end, or until it is cancelled; waits while Elasticsearch is away.</summary>
    public async Task<RebuildResult> RunAsync(IProgress<RebuildProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await indices.PutTemplatesAsync(cancellationToken);
        var run = await ResumeAsync(cancellationToken) ?? await BeginAsync(cancellationToken);
        LogStarted(run.Index, run.Mark.Cases);
        var target = new ElasticsearchCaseProjection(writer, run.Index, run.Mark.EventsIndex, toAlias: false, options.RememberedEvents);
        for (int round = 0; round < MaxRounds; round++)
        {
            long before = run.Mark.Cases;
            await FillAsync(target, run, "filling", progress, cancellationToken);
            if (run.Mark.Cases - before <= NearlyNone)
                break;
        }

        await connection.SendPatientlyAsync(HttpMethod.POST, $"/{run.Index},{run.Mark.EventsIndex}/_refresh", cancellationToken: cancellationToken);
        await SwapAsync(run, cancellationToken);
        LogSwapped(run.Index);
        await FillAsync(target, run, "following", progress, cancellationToken);
        await SaveAsync(run.Index, new IndexMeta(SearchIndices.MappingVersion, null), cancellationToken);
        await DropOthersAsync(options.ShipmentsAlias, run.Index, cancellationToken);
        await DropOthersAsync(options.EventsAlias, run.Mark.EventsIndex, cancellationToken);
        await indices.RefreshAsync(cancellationToken);
        return new RebuildResult(run.Index, run.Mark.EventsIndex, run.Mark.Cases, run.IsResumed);
    }

    private async Task FillAsync(
        ElasticsearchCaseProjection target, Run run, string phase, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        await foreach (var batch in feed.ReadAsync(run.Mark.Position, cancellationToken))
        {
            await target.StoreAsync(batch.Cases, cancellationToken);
            run.Mark = run.Mark with { Position = batch.Position, Cases = run.Mark.Cases + batch.Cases.Count };
            await SaveAsync(run.Index, new IndexMeta(SearchIndices.MappingVersion, run.Mark), cancellationToken);
            progress?.Report(new RebuildProgress(phase, run.Mark.Cases, run.Index));
        }
    }

    // The newest index that a rebuild was filling, if its partner is there still.
    private async Task<Run?> ResumeAsync(CancellationToken cancellationToken)
    {
        var answer = await connection.SendPatientlyAsync(
            HttpMethod.GET, $"/{SearchIndices.Pattern(options.ShipmentsAlias)}/_mapping", cancellationToken: cancellationToken);
        if (answer.IsMissing)
            return null;
        using var body = answer.Parse();
        foreach (var index in body.RootElement.EnumerateObject().OrderByDescending(static index => index.Name, StringComparer.Ordinal))
        {
            var meta = IndexMeta.Of(index.Value);
            if (meta is not { Mapping: SearchIndices.MappingVersion, Rebuild: { } mark })
                continue;
            var partner = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{mark.EventsIndex}/_mapping", cancellationToken: cancellationToken);
            if (!partner.IsMissing)
                return new Run(index.Name, mark, IsResumed: true);
        }

        return null;
    }

    private async Task<Run> BeginAsync(CancellationToken cancellationToken)
    {
        string index = indices.NewName(options.ShipmentsAlias), events = indices.NewName(options.EventsAlias);
        await connection.SendPatientlyAsync(HttpMethod.PUT, $"/{events}", cancellationToken: cancellationToken);
        await connection.SendPatientlyAsync(HttpMethod.PUT, $"/{index}", cancellationToken: cancellationToken);
        var run = new Run(index, new RebuildMark(events, null, 0), IsResumed: false);
        await SaveAsync(index, new IndexMeta(SearchIndices.MappingVersion, run.Mark), cancellationToken);
        return run;
    }

    private async Task SaveAsync(string index, IndexMeta meta, CancellationToken cancellationToken) =>
        await connection.SendPatientlyAsync(HttpMethod.PUT, $"/{index}/_mapping", meta.ToMappingBody(), cancellationToken);

    private async Task SwapAsync(Run run, CancellationToken cancellationToken)
    {
        var actions = new JsonArray();
        foreach (var (alias, index) in ((string, string)[])[(options.ShipmentsAlias, run.Index), (options.EventsAlias, run.Mark.EventsIndex)])
        {
            actions.Add(new JsonObject { ["remove"] = new JsonObject { ["index"] = SearchIndices.Pattern(alias), ["alias"] = alias, ["must_exist"] = false } });
            actions.Add(new JsonObject { ["add"] = new JsonObject { ["index"] = index, ["alias"] = alias } });
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["actions"] = actions });
        await connection.SendPatientlyAsync(HttpMethod.POST, "/_aliases", body, cancellationToken);
    }

    // Only indices that tell that they are EIP's.
    private async Task DropOthersAsync(string alias, string kept, CancellationToken cancellationToken)
    {
        var answer = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{SearchIndices.Pattern(alias)}/_mapping", cancellationToken: cancellationToken);
        using var body = answer.Parse();
        foreach (var index in body.RootElement.EnumerateObject())
        {
            if (index.Name != kept && IndexMeta.Of(index.Value).Mapping is not null)
                await connection.SendPatientlyAsync(HttpMethod.DELETE, $"/{index.Name}", cancellationToken: cancellationToken);
        }
    }

    private sealed record Run(string Index, RebuildMark Mark, bool IsResumed)
    {
        public RebuildMark Mark { get; set; } = Mark;
    }
}

/// <summary>How far a rebuild has come.</summary>
/// <param name="Phase"><c>filling</c> beside the old indices, or <c>following</c> after the swap.</param>
/// <param name="Cases">Cases stored so far.</param>
/// <param name="Index">The new index of cards.</param>
public sealed record RebuildProgress(string Phase, long Cases, string Index);

/// <summary>What a rebuild did.</summary>
/// <param name="ShipmentsIndex">The index that the alias of cards stands for now.</param>
/// <param name="EventsIndex">The index that the alias of events stands for now.</param>
/// <param name="Cases">Cases stored, those included that were stored before it was broken off.</param>
/// <param name="WasResumed">Whether it went on where an earlier one was broken off.</param>
public sealed record RebuildResult(string ShipmentsIndex, string EventsIndex, long Cases, bool WasResumed);
