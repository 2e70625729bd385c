using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Search;
using Eip.Testing;

namespace Eip.Pipeline.Tests.Search;

/// <summary>What only many cards show: several segments, full heaps, merged runs, searches beside updates.</summary>
public sealed class CaseIndexTests
{
    private const int Seed = 20_310_301;
    private static readonly EventTime Start = EventTime.Parse("2031-01-01T00:00:00Z");

    [Fact]
    public async Task Many_segments_answer_as_a_plain_list_does()
    {
        using var index = new CaseIndex();
        var random = new Random(Seed);
        var cases = Enumerable.Range(0, 9_500).Select(i => Some(random, i)).ToList();
        index.Changed(0, cases);
        foreach (var @case in cases.Where(static (_, i) => i % 3 == 0))
            Advance(random, @case);
        index.Changed(0, [.. cases.Where(static (_, i) => i % 3 == 0)]);
        CaseSnapshot[] snapshots = [.. cases.Select(CaseSnapshot.Of)];
        CaseFilter[] filters =
        [
            new(),
            new() { Statuses = [CaseStatus.Delivered], SellerRegions = [Region.Parse("AA"), Region.Parse("AC")] },
            new() { IsLate = true, Lanes = [new Lane(Region.Parse("AA"), Region.Parse("AB"))] },
            new() { Ordered = new TimeRange(Start + 5_000_000, Start + 9_000_000), Transit = new SecondsRange(10_000, null) },
            new() { OrderIdPrefix = "00f" },
            new() { OpenStep = OpenStep.Transit, OpenSinceAtMost = Start + 20_000_000 },
            new() { AnyAnomaly = CaseAnomalies.MissingApproval | CaseAnomalies.RepeatedMilestone },
        ];
        foreach (var filter in filters)
        {
            foreach (var sort in Enum.GetValues<CaseSort>())
            {
                var query = new CaseQuery { Filter = filter, Sort = sort, Descending = random.Next(2) == 0, Limit = 9_000, WithFacets = true };
                await SearchChecks.CheckAsync(index, snapshots, new SearchQuestion(query, CaseDuration.LeadTime, CaseGrouping.Lane));
                var sorted = ReferenceSearch.Sorted(snapshots, query);
                if (sorted.Count == 0)
                    continue;
                var cursor = ReferenceSearch.PositionOf(query, sorted[random.Next(sorted.Count)].Card);
                var page = await index.SearchAsync(query with { After = cursor, Limit = 40 });
                var expected = ReferenceSearch.Search(snapshots, query with { After = cursor, Limit = 40 });
                page.Items.Select(static card => card.OrderId).ShouldBe(expected.Items.Select(static card => card.OrderId), $"{query}");
                page.Next.ShouldBe(expected.Next);
            }
        }
    }

    [Fact]
    public async Task An_order_is_found_by_the_beginning_of_its_id_in_runs_and_tail_alike()
    {
        using var index = new CaseIndex();
        var random = new Random(Seed);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (int batch = 0; batch < 40; batch++)
        {
            var added = Enumerable.Range(0, 321).Select(i => SearchChecks.Placed($"SHOP-ORDER-{random.Next(1_000_000):000000}-{batch}", i)).ToList();
            ids.UnionWith(added.Select(static @case => @case.OrderId.ToString()));
            index.Changed(batch % 4, added);
        }

        foreach (string prefix in (string[])["SHOP-ORDER-", "SHOP-ORDER-1", "SHOP-ORDER-999", "SHOP", "T", .. ids.Take(50)])
        {
            var page = await index.SearchAsync(new CaseQuery { Filter = new CaseFilter { OrderIdPrefix = prefix }, Limit = int.MaxValue, Sort = CaseSort.OrderId, Descending = false });
            page.Items.Select(static card => card.OrderId.ToString())
                .ShouldBe(ids.Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal), prefix);
        }
    }

    [Fact]
    public async Task A_stream_shows_the_cards_as_they_were_when_it_was_called_for()
    {
        using var index = new CaseIndex();
        var random = new Random(Seed);
        var cases = Enumerable.Range(0, 9_000).Select(i => Some(random, i)).ToList();
        index.Changed(0, cases);
        var query = new CaseQuery { Sort = CaseSort.LastEventAt, Descending = false };
        string[] before = [.. ReferenceSearch.Sorted(cases.Select(CaseSnapshot.Of), query).Select(static @case => Show(@case.Card))];
        var stream = index.StreamAsync(query);
        var streamed = new List<string>();
        await foreach (var card in stream)
        {
            if (streamed.Count % 1_000 == 0)
            {
                foreach (var @case in cases)
                    Advance(random, @case);
                index.Changed(0, cases);
                index.Changed(0, [SearchChecks.Placed($"new-{streamed.Count}", 1)]);
            }

            streamed.Add(Show(card));
        }

        streamed.ShouldBe(before);
        index.Count.ShouldBe(cases.Count + 9);
    }

    [Fact]
    public async Task Searches_beside_updates_see_whole_cards_and_totals_that_only_grow()
    {
        using var index = new CaseIndex();
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(partition => Task.Run(() =>
        {
            var random = new Random(Seed + partition);
            for (int batch = 0; batch < 60; batch++)
                index.Changed(partition, [.. Enumerable.Range(batch * 100, 100).Select(i => Some(random, (i * 3) + partition))]);
        })).ToList();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            long last = 0;
            while (!done.IsCancellationRequested)
            {
                var page = await index.SearchAsync(new CaseQuery { WithFacets = true, Limit = 20, Filter = new CaseFilter { Statuses = [CaseStatus.Delivered, CaseStatus.Placed] } });
                page.Total.ShouldBeGreaterThanOrEqualTo(last);
                page.Facets!.Status.Values.Sum().ShouldBe(page.Total);
                page.Facets.SellerRegion.Values.Sum().ShouldBe(page.Total);
                page.Items.ShouldAllBe(static card => card.CurrentStatus == CaseStatus.Delivered || card.CurrentStatus == CaseStatus.Placed);
                last = page.Total;
            }
        })).ToList();
        await Task.WhenAll(writers);
        await done.CancelAsync();
        await Task.WhenAll(readers);
        index.Count.ShouldBe(18_000);
    }

    [Fact]
    public async Task A_cleared_index_is_empty_and_fills_again()
    {
        using var index = new CaseIndex();
        index.Changed(0, [SearchChecks.Placed("a", 1), SearchChecks.Placed("b", 2)]);
        index.Clear();
        (await index.SearchAsync(new CaseQuery())).Total.ShouldBe(0);
        index.Changed(0, [SearchChecks.Placed("b", 2)]);
        (await index.SearchAsync(new CaseQuery())).Items.ShouldHaveSingleItem().OrderId.ToString().ShouldBe("b");
    }

    [Fact]
    public void Selected_percentiles_are_those_of_the_sorted_values()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 400; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 300)).Select(_ => (long)random.Next(1 + random.Next(500))).ToList();
            if (round % 4 == 0)
                values.Sort();
            long[] sorted = [.. values.Order()];
            var found = DurationDistributions.Of("", values, 0);
            (found.P50, found.P90, found.P95, found.P99).ShouldBe(
                (KpiAccumulator.NearestRank(sorted, 50), KpiAccumulator.NearestRank(sorted, 90), KpiAccumulator.NearestRank(sorted, 95), KpiAccumulator.NearestRank(sorted, 99)),
                $"seed {Seed}, round {round}");
            (found.Count, found.Min, found.Max).ShouldBe((sorted.Length, sorted[0], sorted[^1]));
        }
    }

    private static FulfillmentCase Some(Random random, int number)
    {
        var @case = new FulfillmentCase(number % 2 == 0 ? OrderId.FromHex((UInt128)(uint)number << 108) : OrderId.Parse($"00f-{number}"));
        Apply(@case, EventType.OrderPlaced, random.Next(30_000_000), random);
        for (int i = random.Next(6); i > 0; i--)
            Advance(random, @case);
        return @case;
    }

    private static void Advance(Random random, FulfillmentCase @case) =>
        Apply(@case, EventTypes.All[random.Next(EventTypes.All.Count)], (@case.LastEventAt - Start) + random.Next(-1_000, 1_000_000), random);

    private static void Apply(FulfillmentCase @case, EventType type, long seconds, Random random) =>
        @case.Apply(new FulfillmentEvent(@case.OrderId, type, Start + seconds, Somewhere(random), Somewhere(random), random.Next(3) == 0 ? Start + random.Next(40_000_000) : null));

    private static Region Somewhere(Random random) => random.Next(9) == 0 ? Region.Unknown : Region.Parse($"A{(char)('A' + random.Next(6))}");

    private static string Show(CaseCard card)
    {
        var row = new System.Buffers.ArrayBufferWriter<byte>(1024);
        CanonicalCsv.Write(row, card);
        return Encoding.UTF8.GetString(row.WrittenSpan);
    }
}
