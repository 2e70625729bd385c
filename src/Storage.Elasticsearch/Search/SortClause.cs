using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Search;

/// <summary>An order of cards in Query DSL, and positions in it. Absent values come last in either direction, ties by ascending order id.</summary>
internal sealed class SortClause
{
    private const long MillisPerSecond = 1_000;
    private readonly CaseSort sort;
    private readonly bool descending;

    /// <exception cref="ArgumentOutOfRangeException">Cards cannot be sorted by this.</exception>
    public SortClause(CaseQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!Enum.IsDefined(query.Sort))
            throw new ArgumentOutOfRangeException(nameof(query), query.Sort, "Cards cannot be sorted by this.");
        (sort, descending) = (query.Sort, query.Descending);
    }

    private string Field => JsonNamingPolicy.CamelCase.ConvertName(sort.ToString());

    private string Direction => descending ? "desc" : "asc";

    private bool IsTime => sort is >= CaseSort.OrderedAt and <= CaseSort.OpenSince;

    // What the server stands in for an absent value that comes last.
    private long Absent => descending ? long.MinValue : long.MaxValue;

    /// <summary>The <c>sort</c> of a request.</summary>
    public JsonArray ToJson() => sort == CaseSort.OrderId
        ? [new JsonObject { ["orderId"] = Direction }]
        : [new JsonObject { [Field] = new JsonObject { ["order"] = Direction, ["missing"] = "_last" } }, new JsonObject { ["orderId"] = "asc" }];

    /// <summary>The <c>search_after</c> that stands for a cursor.</summary>
    public JsonArray After(CaseCursor cursor)
    {
        if (sort == CaseSort.OrderId)
            return [cursor.OrderId.ToString()];
        long value = cursor.Value is not { } known ? Absent : IsTime ? Millis(known) : known;
        return [value, cursor.OrderId.ToString()];
    }

    /// <summary>The cursor that stands on a hit with these sort values.</summary>
    public CaseCursor CursorOf(JsonElement values)
    {
        if (sort == CaseSort.OrderId)
            return new CaseCursor(null, OrderId.Parse(values[0].GetString()));
        long value = values[0].GetInt64();
        return new CaseCursor(value == Absent ? null : IsTime ? value / MillisPerSecond : value, OrderId.Parse(values[1].GetString()));
    }

    // A cursor from outside may lie beyond what milliseconds can tell; it stays on its side of every card.
    private static long Millis(long seconds) => Math.Clamp(seconds, EventTime.MinValue.UnixSeconds - 1, EventTime.MaxValue.UnixSeconds + 1) * MillisPerSecond;
}
