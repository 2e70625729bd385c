using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>What is wrong with an index is waited for; good documents are never set aside for it.</summary>
public sealed class IndexTroubleTests
{
    [Theory]
    [InlineData("index_closed_exception", "POST /INDEX/_close", "", "POST /INDEX/_open", "")]
    [InlineData("blocked by", "PUT /INDEX/_settings", """{"index.blocks.write":true}""", "PUT /INDEX/_settings", """{"index.blocks.write":null}""")]
    [InlineData("blocked by", "PUT /INDEX/_settings", """{"index.blocks.read_only":true}""", "PUT /INDEX/_settings", """{"index.blocks.read_only":null}""")]
    [InlineData(
        "blocked by", "PUT /INDEX/_settings", """{"index.blocks.read_only_allow_delete":true}""",
        "PUT /INDEX/_settings", """{"index.blocks.read_only_allow_delete":null}""")]
    [InlineData(
        "is not an alias", "POST /_aliases", """{"actions":[{"remove":{"index":"INDEX","alias":"ALIAS"}}]}""",
        "POST /_aliases", """{"actions":[{"add":{"index":"INDEX","alias":"ALIAS"}}]}""")]
    [InlineData(
        "no write index", "POST /_aliases", """{"actions":[{"add":{"index":"OTHER","alias":"ALIAS"}}]}""",
        "POST /_aliases", """{"actions":[{"remove":{"index":"OTHER","alias":"ALIAS"}}]}""")]
    [InlineData(
        "maps orderId as long", "POST /_aliases", """{"actions":[{"remove":{"index":"INDEX","alias":"ALIAS"}},{"add":{"index":"OTHER","alias":"ALIAS"}}]}""",
        "POST /_aliases", """{"actions":[{"remove":{"index":"OTHER","alias":"ALIAS"}},{"add":{"index":"INDEX","alias":"ALIAS"}}]}""")]
    [InlineData(
        "strict_dynamic", "POST /_aliases", """{"actions":[{"remove":{"index":"INDEX","alias":"ALIAS"}},{"add":{"index":"STRICT","alias":"ALIAS"}}]}""",
        "POST /_aliases", """{"actions":[{"remove":{"index":"STRICT","alias":"ALIAS"}},{"add":{"index":"INDEX","alias":"ALIAS"}}]}""")]
    public async Task Documents_wait_while_their_index_cannot_take_them(string reason, string harm, string harmBody, string mend, string mendBody)
    {
        await using var store = await TestStore.StartAsync();
        string alias = store.Options.ShipmentsAlias, index = (await store.SendAsync(HttpMethod.Get, $"/{alias}/_mapping")).AsObject().Single().Key;
        await store.SendAsync(HttpMethod.Put, $"/other-{alias}", """{"mappings":{"properties":{"orderId":{"type":"long"}}}}""");
        await store.SendAsync(HttpMethod.Put, $"/strict-{alias}", """{"mappings":{"dynamic":"strict","properties":{"orderId":{"type":"keyword"}}}}""");
        var events = SomeCases.Events(20, seed: 31);
        await SendAsync(harm, harmBody);
        var writing = store.Store.Projection.StoreAsync(SomeCases.Snapshots(events));
        await Testing.Eventually.HoldsAsync(() => store.Store.Trouble?.Contains(reason, StringComparison.Ordinal) == true, $"the store names its trouble: {reason}");
        writing.IsCompleted.ShouldBeFalse();
        await SendAsync(mend, mendBody);
        await writing;
        store.Store.Trouble.ShouldBeNull();
        store.DeadLetters.Letters.ShouldBeEmpty();
        await store.Store.Indices.RefreshAsync();
        (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(events)).ShouldBeTrue();
        await store.SendAsync(HttpMethod.Delete, $"/other-{alias},strict-{alias}");

        Task SendAsync(string request, string body) => store.SendAsync(new(request.Split(' ')[0]), Filled(request.Split(' ')[1]), body is "" ? null : Filled(body));

        string Filled(string text) => text
            .Replace("INDEX", index, StringComparison.Ordinal)
            .Replace("ALIAS", alias, StringComparison.Ordinal)
            .Replace("OTHER", $"other-{alias}", StringComparison.Ordinal)
            .Replace("STRICT", $"strict-{alias}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_over_a_closed_index_or_an_alias_of_two_says_what_is_wrong_and_answers_nothing()
    {
        await using var store = await TestStore.StartAsync(static options => options.SearchPatience = TimeSpan.FromMilliseconds(1));
        await store.ApplyAsync([.. SomeCases.Fold(SomeCases.Events(5, seed: 32)).Values]);
        string alias = store.Options.ShipmentsAlias, index = (await store.SendAsync(HttpMethod.Get, $"/{alias}/_mapping")).AsObject().Single().Key;

        await store.SendAsync(HttpMethod.Post, $"/{index}/_close");
        (await RefusedAsync()).ShouldContain("index_closed_exception");
        await store.SendAsync(HttpMethod.Post, $"/{index}/_open?wait_for_active_shards=1");
        await Testing.Eventually.HoldsAsync(async () => await FoundAsync() == 5, "the index is open again");

        await store.SendAsync(HttpMethod.Put, $"/{alias}-v9-copy/_doc/x?refresh=true", """{"orderId":"x"}""");
        await store.SendAsync(HttpMethod.Post, "/_aliases", $$$"""{"actions":[{"add":{"index":"{{{alias}}}-v9-copy","alias":"{{{alias}}}"}}]}""");
        string two = await RefusedAsync();
        two.ShouldContain($"{alias}-v9-copy");
        two.ShouldContain(index);
        await store.SendAsync(HttpMethod.Delete, $"/{alias}-v9-copy");
        (await FoundAsync()).ShouldBe(5);

        async Task<string> RefusedAsync()
        {
            string page = (await Should.ThrowAsync<StoreUnavailableException>(async () => await store.Search.SearchAsync(new CaseQuery()))).Message;
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await store.Search.StreamAsync(new CaseQuery()).CountAsync())).Message.ShouldBe(page);
            await Should.ThrowAsync<StoreUnavailableException>(async () => await store.Search.MeasureAsync(new CaseFilter(), CaseDuration.LeadTime, CaseGrouping.None));
            await Should.ThrowAsync<StoreUnavailableException>(async () => await store.Store.Digest.ComputeAsync());
            return page;
        }

        async Task<long> FoundAsync() => (await store.Search.SearchAsync(new CaseQuery())).Total;
    }
}
