using Eip.Api.Http;
using Eip.Pipeline.Ports;

namespace Eip.Api.Queries;

/// <summary>The parameters that sort and page a search of case cards.</summary>
internal static class CaseQueryReader
{
    private static readonly Dictionary<string, CaseSort> Sorts =
        Enum.GetValues<CaseSort>().ToDictionary(static sort => char.ToLowerInvariant(sort.ToString()[0]) + sort.ToString()[1..], StringComparer.Ordinal);

    /// <summary>Paging, for lists of any kind.</summary>
    public static IReadOnlyList<ApiParameter> Paging { get; } =
    [
        new("limit", "The most items of a page: 1 to 1000.", "50") { Default = "50" },
        new("after", "The position that the page before gave as next.", ""),
    ];

    /// <summary>Sorting, paging and facets.</summary>
    public static IReadOnlyList<ApiParameter> Parameters { get; } =
    [
        new("sort", "The field to sort by, with a minus for the greatest first; cards without it come last.", "-orderedAt")
            { Allowed = [.. Sorts.Keys, .. Sorts.Keys.Select(static name => "-" + name)], Default = "-orderedAt" },
        .. Paging,
        new("facets", "Whether facets are counted.", "true") { Allowed = ["true", "false"], Default = "false" },
    ];

    /// <summary>The search that a query describes.</summary>
    public static CaseQuery Read(QueryReader query, CaseFilter filter, CaseSort usualSort = CaseSort.OrderedAt, bool usuallyDescending = true)
    {
        var (sort, descending) = (usualSort, usuallyDescending);
        if (query.Text("sort") is { } text)
        {
            descending = text[0] == '-';
            if (!Sorts.TryGetValue(descending ? text[1..] : text, out sort))
                throw ApiProblemException.BadParameter("sort", $"'{QueryReader.Shown(text)}' is none of {string.Join(", ", Sorts.Keys)}, with or without a minus.");
        }

        var read = new CaseQuery
        {
            Filter = filter,
            Sort = sort,
            Descending = descending,
            Limit = query.Limit(),
            WithFacets = query.Flag("facets") ?? false,
        };
        if (query.Text("after") is not { } after)
            return read;
        var cursor = CursorText.Decode(after, CursorText.OrderOf(sort, descending));
        return read with
        {
            After = new CaseCursor(cursor.Value, cursor.OrderId),
            Filter = filter.OpenSinceAtMost is not null && cursor.OpenSinceAtMost is { } boundary ? filter with { OpenSinceAtMost = boundary } : filter,
        };
    }
}
