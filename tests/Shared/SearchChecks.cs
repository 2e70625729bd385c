using System.Buffers;
using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Testing;

/// <summary>Compares a search with the reference.</summary>
public static class SearchChecks
{
    /// <summary>An order that was placed and nothing else.</summary>
    public static FulfillmentCase Placed(string order, int minutes)
    {
        var @case = new FulfillmentCase(OrderId.Parse(order));
        @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.OrderPlaced, EventTime.Parse("2031-03-01T00:00:00Z") + (minutes * 60L), default, default, null));
        return @case;
    }

    /// <summary>Compares all answers to a question with the reference's.</summary>
    public static async Task CheckAsync(ICaseSearch search, IReadOnlyCollection<CaseSnapshot> cases, SearchQuestion question)
    {
        for (var query = question.Query; ;)
        {
            var expected = ReferenceSearch.Search(cases, query);
            var page = await search.SearchAsync(query);
            page.Total.ShouldBe(expected.Total);
            Rows(page.Items).ShouldBe(Rows(expected.Items));
            page.Next.ShouldBe(expected.Next);
            CheckFacets(page.Facets, expected.Facets);
            if (page.Next is null)
                break;
            query = query with { After = page.Next };
        }

        var streamed = await search.StreamAsync(question.Query).ToListAsync();
        Rows(streamed).ShouldBe(Rows(ReferenceSearch.Sorted(cases, question.Query).Select(static @case => @case.Card)));
        (await search.MeasureAsync(question.Query.Filter, question.Duration, question.Grouping))
            .ShouldBe(ReferenceSearch.Measure(cases, question.Query.Filter, question.Duration, question.Grouping));
    }

    private static void CheckFacets(CaseFacets? actual, CaseFacets? expected)
    {
        (actual is null).ShouldBe(expected is null);
        if (actual is null || expected is null)
            return;
        Counts(actual.Status).ShouldBe(Counts(expected.Status));
        Counts(actual.SellerRegion).ShouldBe(Counts(expected.SellerRegion));
        Counts(actual.CustomerRegion).ShouldBe(Counts(expected.CustomerRegion));
        Counts(actual.Anomalies).ShouldBe(Counts(expected.Anomalies));
    }

    private static IEnumerable<string> Counts(IReadOnlyDictionary<string, long> facet) =>
        facet.OrderBy(static count => count.Key, StringComparer.Ordinal).Select(static count => $"{count.Key} {count.Value}");

    private static List<string> Rows(IEnumerable<CaseCard> cards) => [.. cards.Select(static card =>
    {
        var row = new ArrayBufferWriter<byte>(1024);
        CanonicalCsv.Write(row, card);
        return Encoding.UTF8.GetString(row.WrittenSpan);
    })];
}
