using System.Globalization;
using System.Text;
using Eip.Api.Http;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Lanes;

/// <summary>An order of lanes and its pages: by a figure, lanes without it last in either direction, equal ones by lane.</summary>
internal sealed class LaneSort : IComparer<LaneFigures>
{
    private static readonly Dictionary<string, Func<LaneFigures, decimal?>> Figures = new(StringComparer.Ordinal)
    {
        ["lane"] = static lane => lane.Lane.Code,
        ["sampleCount"] = static lane => lane.Kpis.SampleCount,
        ["avgLeadTimeHours"] = static lane => lane.Kpis.AvgLeadTimeHours,
        ["p50LeadTimeHours"] = static lane => lane.Kpis.P50LeadTimeHours,
        ["p95LeadTimeHours"] = static lane => lane.Kpis.P95LeadTimeHours,
        ["lateCount"] = static lane => lane.Kpis.LateCount,
        ["lateRate"] = static lane => lane.Kpis.LateRate,
        ["avgHandlingHours"] = static lane => lane.Kpis.AvgHandlingHours,
        ["avgTransitHours"] = static lane => lane.Kpis.AvgTransitHours,
        ["breachCount"] = static lane => lane.Kpis.BreachCount,
        ["cancelledCount"] = static lane => lane.Kpis.CancelledCount,
        ["promisedCount"] = static lane => lane.Kpis.PromisedCount,
        ["keptCount"] = static lane => lane.Kpis.KeptCount,
        ["onTimeRate"] = static lane => lane.Kpis.OnTimeRate,
    };

    private readonly string name;
    private readonly Func<LaneFigures, decimal?> figure;
    private readonly bool descending;

    private LaneSort(string name) => (this.name, descending, figure) = (name, name[0] == '-', Figures[name.TrimStart('-')]);

    /// <summary>What lanes can be sorted by.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Figures.Keys, .. Figures.Keys.Select(static name => "-" + name)];

    /// <summary>The order that a query asks for; by lane when it asks for none.</summary>
    public static LaneSort Read(QueryReader query) => new(query.Word("sort", [.. Names]) ?? "lane");

    /// <inheritdoc/>
    public int Compare(LaneFigures? x, LaneFigures? y) => Compare(figure(x!), x!.Lane, figure(y!), y!.Lane);

    /// <summary>One page, the number of all, and where the next begins.</summary>
    public (List<LaneFigures> Page, int Total, string? Next) Page(IEnumerable<LaneFigures> lanes, string? after, int limit)
    {
        var sorted = lanes.Order(this).ToList();
        IEnumerable<LaneFigures> rest = sorted;
        if (after is not null)
        {
            var (value, lane) = Decode(after);
            rest = sorted.SkipWhile(figures => Compare(figure(figures), figures.Lane, value, lane) <= 0);
        }

        var page = rest.Take(limit + 1).ToList();
        if (page.Count <= limit)
            return (page, sorted.Count, null);
        page.RemoveAt(limit);
        return (page, sorted.Count, Encode(page[^1]));
    }

    private int Compare(decimal? left, Lane leftLane, decimal? right, Lane rightLane)
    {
        if (left is null || right is null)
            return left is null && right is null ? leftLane.CompareTo(rightLane) : left is null ? 1 : -1;
        int order = decimal.Compare(left.Value, right.Value);
        return order == 0 ? leftLane.CompareTo(rightLane) : descending ? -order : order;
    }

    private string Encode(LaneFigures last) => System.Buffers.Text.Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1|{name}|{figure(last)}|{last.Lane.Seller}-{last.Lane.Customer}")));

    private (decimal? Value, Lane Lane) Decode(string text)
    {
        string[] parts = text.Length <= 160 && System.Buffers.Text.Base64Url.IsValid(text)
            ? Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(text)).Split('|')
            : [];
        decimal value = 0;
        if (parts.Length != 4 || parts[0] != "1" || !Domain.Lane.TryParse(parts[3], out var lane)
            || (parts[2].Length > 0 && !decimal.TryParse(parts[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)))
            throw ApiProblemException.BadParameter("after", "after is not a position that an answer gave as next.");
        if (parts[1] != name)
            throw ApiProblemException.BadParameter("after", "after is a position in a result that was sorted another way.");
        return (parts[2].Length == 0 ? null : value, lane);
    }
}
