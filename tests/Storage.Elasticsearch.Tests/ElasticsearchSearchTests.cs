using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Eip.Testing;

namespace Eip.Storage.Elasticsearch.Tests;

public sealed class ElasticsearchSearchTests : CaseSearchContract
{
    protected override int Stories => 12;

    protected override async Task<ISearchUnderTest> StartAsync() => await TestStore.StartAsync(static options => options.PageSize = 17);

    [Fact]
    public async Task Pages_beyond_what_one_request_may_ask_for_hold_every_card()
    {
        await using var store = await TestStore.StartAsync();
        var cases = Enumerable.Range(0, 10_500).Select(static i => SearchChecks.Placed($"order-{i:00000}", i % 500)).ToList();
        await store.ApplyAsync(cases);
        var query = new CaseQuery { Limit = 10_400, Sort = CaseSort.OrderedAt, Descending = false };
        var expected = ReferenceSearch.Search(cases.Select(CaseSnapshot.Of), query);
        var page = await store.Search.SearchAsync(query);
        page.Items.Select(static card => card.OrderId).ShouldBe(expected.Items.Select(static card => card.OrderId));
        page.Next.ShouldBe(expected.Next);
        (await store.Search.SearchAsync(query with { After = page.Next })).Items.Count.ShouldBe(100);
        (await store.Search.StreamAsync(query).CountAsync()).ShouldBe(10_500);
    }

    [Fact]
    public async Task A_stream_shows_the_index_as_it_was_when_it_began()
    {
        await using var store = await TestStore.StartAsync(static options => options.PageSize = 10);
        await store.ApplyAsync([.. Enumerable.Range(0, 50).Select(static i => SearchChecks.Placed($"order-{i:00}", i))]);
        int seen = 0;
        await foreach (var card in store.Search.StreamAsync(new CaseQuery { Descending = false }))
        {
            card.OrderId.ToString().ShouldBe($"order-{seen:00}");
            if (seen++ == 5)
                await store.ApplyAsync([SearchChecks.Placed("order-late", 60)]);
        }

        seen.ShouldBe(50);
    }

    [Fact]
    public async Task The_age_of_an_answer_is_that_of_the_last_refresh_at_most()
    {
        var clock = new ManualTime();
        await using var owner = await TestStore.StartAsync();
        using var store = new ElasticsearchStore(owner.Options, owner.DeadLetters, time: clock);
        (await store.Search.SearchAsync(new CaseQuery())).AsOf.ShouldBe(clock.GetUtcNow() - owner.Options.RefreshInterval!.Value);
    }

    [Fact]
    public async Task Nobody_misses_a_document_because_nobody_searched_for_a_while()
    {
        await using var store = await TestStore.StartAsync(static options => options.RefreshInterval = null);
        string settings = $"/{store.Options.ShipmentsAlias}/_settings";
        var index = (await store.SendAsync(HttpMethod.Get, settings)).AsObject().Single().Value!["settings"]!["index"]!;
        index["refresh_interval"].ShouldBeNull();
        await store.SendAsync(HttpMethod.Put, settings, """{"index":{"search.idle.after":"1ms"}}""");
        await store.Store.Projection.StoreAsync(SomeCases.Snapshots(SomeCases.Events(30, seed: 31)));
        await EventuallyAsync(async () => (await store.Search.SearchAsync(new CaseQuery())).Total == 30);
        // A stream is a point in time, which is opened otherwise.
        await store.Store.Projection.StoreAsync(SomeCases.Snapshots(SomeCases.Events(20, seed: 32)));
        await EventuallyAsync(async () => await store.Search.StreamAsync(new CaseQuery()).CountAsync() == 50);

        // Each look comes after the server has noticed that nobody searches, and is the first since.
        static async Task EventuallyAsync(Func<Task<bool>> isFound)
        {
            for (int look = 0; look < 10; look++)
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
                if (await isFound())
                    return;
            }

            throw new ShouldAssertException("What was stored is not found.");
        }
    }

    [Fact]
    public async Task A_missing_index_is_answered_with_the_command_that_makes_it_anew()
    {
        await using var store = new TestStore(Servers.Elasticsearch());
        (await Should.ThrowAsync<SearchIndexException>(async () => await store.Search.SearchAsync(new CaseQuery()))).Message.ShouldContain("eip rebuild --search");
        (await Should.ThrowAsync<SearchIndexException>(async () => await store.Search.StreamAsync(new CaseQuery()).CountAsync())).Message.ShouldContain("eip rebuild --search");
    }

    [Fact]
    public async Task Every_query_of_the_operators_collection_runs_as_it_is()
    {
        await using var store = await TestStore.StartAsync();
        await store.ApplyAsync([.. SomeCases.Fold(SomeCases.Events(80, seed: 5)).Values]);
        string[] files = [.. JsonFile.Names.Where(static name => name.StartsWith("Queries/operators/", StringComparison.Ordinal))];
        files.Length.ShouldBeGreaterThan(3);
        foreach (string file in files)
        {
            var answer = await store.SendAsync(HttpMethod.Post, $"/{store.Options.ShipmentsAlias}/_search", JsonFile.Fill(file).ToJsonString());
            answer["hits"]?["total"]?["value"]?.GetValue<long>().ShouldBeGreaterThan(0, file);
        }
    }
}
