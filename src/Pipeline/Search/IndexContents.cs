using System.Runtime.InteropServices;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>The cards of an index and the ways to them. Only <see cref="RowOf"/> and <see cref="Compact"/> may run beside anything else.</summary>
internal sealed class IndexContents
{
    private const int ShardBits = 6;
    private readonly List<CaseSegment> segments = [];
    private readonly RegionDictionary regions = new();
    private readonly VariantDictionary variants = new();
    private readonly OrderIdIndex ids;
    // Many small tables, so that none stalls an update for long when it grows.
    private readonly Dictionary<OrderId, int>[] ordinals = [.. Enumerable.Range(0, 1 << ShardBits).Select(static _ => new Dictionary<OrderId, int>())];
    private volatile OrderId[][] idChunks = [];

    public IndexContents() => ids = new OrderIdIndex(IdOf);

    /// <summary>How many cards there are.</summary>
    public int Count { get; private set; }

    private ReadOnlySpan<CaseSegment> Segments => CollectionsMarshal.AsSpan(segments);

    /// <summary>Draws from a case all that the index keeps of it.</summary>
    public CaseRow RowOf(FulfillmentCase @case) => new(@case.ToCard(), variants.GetOrAdd(@case), CaseRow.KeyOf(@case.OrderId));

    /// <summary>Adds or replaces a card.</summary>
    public void Put(in CaseRow row)
    {
        int seller = regions.GetOrAdd(row.Card.SellerRegion), customer = regions.GetOrAdd(row.Card.CustomerRegion);
        var shard = ordinals[(uint)row.Card.OrderId.GetHashCode() >> (32 - ShardBits)];
        ref int ordinal = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, row.Card.OrderId, out bool known);
        if (known)
        {
            Writable(ordinal / CaseSegment.Capacity).Replace(ordinal % CaseSegment.Capacity, row, seller, customer);
            return;
        }

        ordinal = Count++;
        int at = ordinal / CaseSegment.Capacity;
        if (at == segments.Count)
        {
            segments.Add(new CaseSegment());
            idChunks = [.. idChunks, segments[at].IdArray];
        }

        Writable(at).Add(row, seller, customer);
        ids.Add(row.IdKey, ordinal);
    }

    /// <summary>Keeps the way by order id short.</summary>
    public void Compact() => ids.Compact();

    public CasePage Search(CaseQuery query, SortOrder order, DateTimeOffset asOf)
    {
        using var matches = Match(query.Filter);
        var (items, next) = Page(matches, query, order);
        return new CasePage(matches.Total, items, next, query.WithFacets ? CountFacets(matches) : null, asOf);
    }

    /// <summary>The cards that match as they are now, whatever happens to the index afterwards.</summary>
    public IndexSnapshot Snapshot(CaseFilter filter, SortOrder order) => new(Match(filter), Segments, order, regions);

    public DurationGroups Collect(CaseFilter filter, CaseDuration duration, CaseGrouping grouping)
    {
        var groups = new DurationGroups(duration, grouping, regions);
        using var matches = Match(filter);
        for (int i = 0; i < matches.SegmentCount; i++)
        {
            if (matches.CountIn(i) > 0)
                groups.Add(segments[i], matches.In(i));
        }

        return groups;
    }

    private CaseMatches Match(CaseFilter filter) => new(new CompiledFilter(filter, regions, variants, ids), Segments);

    private (IReadOnlyList<CaseCard> Items, CaseCursor? Next) Page(CaseMatches matches, CaseQuery query, SortOrder order)
    {
        if (query.Limit == 0 || matches.Total == 0)
            return ([], null);
        // One more than asked for tells whether there is a next page.
        var top = new TopCards(order, query.After is { } cursor ? order.At(cursor) : null, (int)Math.Min(matches.Total, query.Limit + 1L));
        foreach (var (bestKey, segment) in BestFirst(matches, order))
        {
            if (top.IsBeyond(bestKey))
                break;
            top.Offer(segments[segment], segment, matches.In(segment));
        }

        var found = top.Finish();
        var items = new CaseCard[Math.Min(found.Length, query.Limit)];
        for (int i = 0; i < items.Length; i++)
            items[i] = segments[found[i].Ordinal / CaseSegment.Capacity].Card(found[i].Ordinal % CaseSegment.Capacity, regions);
        if (found.Length <= query.Limit)
            return (items, null);
        int last = found[query.Limit - 1].Ordinal;
        return (items, order.CursorOf(segments[last / CaseSegment.Capacity], last % CaseSegment.Capacity));
    }

    private List<(long BestKey, int Segment)> BestFirst(CaseMatches matches, SortOrder order)
    {
        var ranked = new List<(long BestKey, int Segment)>(segments.Count);
        for (int i = 0; i < matches.SegmentCount; i++)
        {
            if (matches.CountIn(i) > 0)
                ranked.Add((order.BestKey(segments[i]), i));
        }

        ranked.Sort();
        return ranked;
    }

    private CaseFacets CountFacets(CaseMatches matches)
    {
        var counter = new FacetCounter(regions);
        for (int i = 0; i < matches.SegmentCount; i++)
        {
            if (matches.CountIn(i) > 0)
                counter.Add(segments[i], matches.In(i), matches.CountIn(i));
        }

        return counter.ToFacets();
    }

    private CaseSegment Writable(int at)
    {
        if (segments[at].IsPinned)
            segments[at] = segments[at].Clone();
        return segments[at];
    }

    private OrderId IdOf(int ordinal) => idChunks[ordinal / CaseSegment.Capacity][ordinal % CaseSegment.Capacity];
}
