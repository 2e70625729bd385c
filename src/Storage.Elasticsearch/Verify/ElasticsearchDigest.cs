using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Documents;
using Eip.Storage.Elasticsearch.Search;

namespace Eip.Storage.Elasticsearch.Verify;

/// <summary>
/// The digest of what lies in Elasticsearch, to be compared with that of the log. Cards and timelines are read in order of id over points in time, and
/// every document is compared with what its order's events give.
/// </summary>
public sealed class ElasticsearchDigest
{
    private const int MaxFindings = 20;
    private readonly ElasticsearchConnection connection;
    private readonly ElasticsearchOptions options;

    internal ElasticsearchDigest(ElasticsearchConnection connection, ElasticsearchOptions options)
    {
        this.connection = connection;
        this.options = options;
    }

    /// <summary>Reads both indices, as of their last refresh.</summary>
    /// <exception cref="ElasticsearchUnavailableException">Elasticsearch is away.</exception>
    /// <exception cref="SearchIndexException">An index is missing.</exception>
    public async Task<IndexDigest> ComputeAsync(CancellationToken cancellationToken = default)
    {
        using var digest = new ProjectionDigest();
        var findings = new List<string>();
        await using var cardView = await PointInTime.OpenAsync(new SearchedIndex(connection, options.ShipmentsAlias), cancellationToken);
        await using var eventView = await PointInTime.OpenAsync(new SearchedIndex(connection, options.EventsAlias), cancellationToken);
        await using var timelines = TimelinesAsync(eventView, findings, cancellationToken).GetAsyncEnumerator(cancellationToken);
        bool hasTimeline = await timelines.MoveNextAsync();
        await foreach (var hit in HitStream.ReadAsync(cardView, [], [new JsonObject { ["orderId"] = "asc" }], options.PageSize, cancellationToken))
        {
            if (Read(hit, CardDocument.Read, findings) is not { } card)
                continue;
            while (hasTimeline && timelines.Current.Order.CompareTo(card.OrderId) < 0)
            {
                Note(findings, $"Events of order {timelines.Current.Order} have no card.");
                hasTimeline = await timelines.MoveNextAsync();
            }

            FulfillmentEvent[] timeline = hasTimeline && timelines.Current.Order == card.OrderId ? [.. timelines.Current.Events] : [];
            if (timeline.Length > 0)
                hasTimeline = await timelines.MoveNextAsync();
            if (!CardDocument.IsWhole(hit.GetProperty("_source"), card, timeline) || hit.GetProperty("_id").GetString() != card.OrderId.ToString())
                Note(findings, $"The card of order {card.OrderId} is not what its events give.");
            digest.Add(card, timeline);
        }

        while (hasTimeline)
        {
            Note(findings, $"Events of order {timelines.Current.Order} have no card.");
            hasTimeline = await timelines.MoveNextAsync();
        }

        var sections = digest.FinishSections();
        return new IndexDigest(sections.Cards, sections.Timelines, digest.OrderCount, digest.EventCount, findings);
    }

    private async IAsyncEnumerable<(OrderId Order, List<FulfillmentEvent> Events)> TimelinesAsync(
        PointInTime view, List<string> findings, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An order has one event of a type at a time, so that ids never decide.
        JsonArray order = [new JsonObject { ["orderId"] = "asc" }, new JsonObject { ["eventAt"] = "asc" }, new JsonObject { ["lifecycleRank"] = "asc" }];
        List<FulfillmentEvent>? timeline = null;
        await foreach (var hit in HitStream.ReadAsync(view, [], order, options.PageSize, cancellationToken))
        {
            if (Read(hit, static source => (FulfillmentEvent?)EventDocument.Read(source), findings) is not { } @event)
                continue;
            if (timeline is not null && timeline[0].OrderId != @event.OrderId)
            {
                yield return (timeline[0].OrderId, timeline);
                timeline = null;
            }

            (timeline ??= []).Add(@event);
        }

        if (timeline is not null)
            yield return (timeline[0].OrderId, timeline);
    }

    private static TDocument? Read<TDocument>(JsonElement hit, Func<JsonElement, TDocument?> read, List<string> findings)
    {
        try
        {
            return read(hit.GetProperty("_source"));
        }
        catch (FormatException exception)
        {
            Note(findings, $"The document {hit.GetProperty("_id")} of {hit.GetProperty("_index")} is damaged: {exception.Message}");
            return default;
        }
    }

    private static void Note(List<string> findings, string finding)
    {
        if (findings.Count < MaxFindings)
            findings.Add(finding);
    }
}

/// <summary>The digest of the search indices.</summary>
/// <param name="Cards">Over the cards, as <see cref="SectionDigests.Cards"/>.</param>
/// <param name="Timelines">Over the timelines, as <see cref="SectionDigests.Timelines"/>.</param>
/// <param name="Orders">Cards read.</param>
/// <param name="Events">Events read that belong to one of them.</param>
/// <param name="Findings">Documents that cannot be right, the first ones.</param>
public sealed record IndexDigest(string Cards, string Timelines, long Orders, long Events, IReadOnlyList<string> Findings)
{
    /// <summary>Whether the indices hold what the log gives, and nothing else.</summary>
    public bool Agrees(SectionDigests log) => Findings.Count == 0 && Cards == log.Cards && Timelines == log.Timelines;
}
