using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>
/// Searches <c>shipments</c>: the same answers as the index in memory gives, as of the last refresh. A page is found by <c>search_after</c>, a whole result
/// read over a point in time; totals are exact.
/// </summary>
public sealed class ElasticsearchCaseSearch : ICaseSearch
{
    // The most that one request may ask for (index.max_result_window).
    private const int MaxPage = 10_000;
    private readonly ElasticsearchConnection connection;
    private readonly ElasticsearchOptions options;
    private readonly SearchedIndex cards;
    private readonly TimeProvider clock;

    internal ElasticsearchCaseSearch(ElasticsearchConnection connection, ElasticsearchOptions options, TimeProvider clock)
    {
        this.connection = connection;
        this.options = options;
        cards = new SearchedIndex(connection, options.ShipmentsAlias);
        this.clock = clock;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query's limit is negative, or its sort unknown.</exception>
    /// <exception cref="ElasticsearchUnavailableException">Elasticsearch is away.</exception>
    /// <exception cref="SearchIndexException">The index is missing or damaged.</exception>
    public async ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        var sort = new SortClause(query);
        if (query.Limit < 0)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "The limit of a page is 0 or more.");
        // Everything that was stored a refresh ago is seen.
        var asOf = clock.GetUtcNow() - options.SearchAge;
        var filter = FilterClauses.Of(query.Filter);
        var items = new List<CaseCard>();
        long total = 0;
        CaseFacets? facets = null;
        var after = query.After;
        for (bool isFirst = true, goesOn = true; goesOn; isFirst = false)
        {
            int wanted = query.Limit - items.Count;
            // One more than asked for tells whether there is a next page.
            int size = query.Limit == 0 ? 0 : (int)Math.Min(wanted + 1L, MaxPage);
            using var answer = await SendAsync(
                JsonFile.Render(
                    "Queries/search.json",
                    ("size", size),
                    ("filter", filter),
                    ("sort", sort.ToJson()),
                    ("after", after is null || size == 0 ? null : sort.After(after)),
                    ("facets", isFirst && query.WithFacets ? JsonFile.Fill("Queries/facets.json") : null)),
                cancellationToken);
            var hits = answer.RootElement.GetProperty("hits");
            if (isFirst)
            {
                total = hits.GetProperty("total").GetProperty("value").GetInt64();
                facets = query.WithFacets ? FacetReader.Read(answer.RootElement.GetProperty("aggregations")) : null;
            }

            int found = hits.GetProperty("hits").GetArrayLength();
            foreach (var hit in hits.GetProperty("hits").EnumerateArray().Take(wanted))
            {
                items.Add(CardReader.Card(hit));
                after = sort.CursorOf(hit.GetProperty("sort"));
            }

            goesOn = size > 0 && found == size && found <= wanted;
            if (found > wanted && size > 0)
                return new CasePage(total, items, after, facets, asOf);
        }

        return new CasePage(total, items, null, facets, asOf);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query's sort is unknown.</exception>
    /// <exception cref="ElasticsearchUnavailableException">Elasticsearch is away, or was restarted meanwhile.</exception>
    /// <exception cref="SearchIndexException">The index is missing or damaged.</exception>
    public IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, CancellationToken cancellationToken = default)
    {
        var sort = new SortClause(query);
        return StreamAsync(sort, FilterClauses.Of(query.Filter), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The duration or the grouping is unknown.</exception>
    /// <exception cref="ElasticsearchUnavailableException">Elasticsearch is away, or was restarted meanwhile.</exception>
    /// <exception cref="SearchIndexException">The index is missing.</exception>
    public async ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(
        CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var measure = new DurationMeasure(duration, grouping);
        await using var view = await PointInTime.OpenAsync(cards, cancellationToken);
        return await measure.RunAsync(view, FilterClauses.Of(filter), cancellationToken);
    }

    private async IAsyncEnumerable<CaseCard> StreamAsync(SortClause sort, JsonArray filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var view = await PointInTime.OpenAsync(cards, cancellationToken);
        await foreach (var hit in HitStream.ReadAsync(view, filter, sort.ToJson(), options.PageSize, cancellationToken))
            yield return CardReader.Card(hit);
    }

    private async Task<JsonDocument> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        var answer = await connection.SendBrieflyAsync(HttpMethod.POST, $"/{options.ShipmentsAlias}/_search", body, cancellationToken);
        connection.Instruments.Searched(TimeProvider.System.GetElapsedTime(started));
        if (answer.IsMissing)
            throw CardReader.Missing(options.ShipmentsAlias);
        var document = answer.Parse();
        CardReader.CheckWhole(document.RootElement);
        await cards.CheckAsync(document.RootElement, cancellationToken);
        return document;
    }
}
