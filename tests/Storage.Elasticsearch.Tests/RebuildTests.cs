using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Rebuild;

namespace Eip.Storage.Elasticsearch.Tests;

public sealed class RebuildTests
{
    private const int Partitions = 3;

    [Fact]
    public async Task Aliases_swap_under_writes_and_nothing_is_lost()
    {
        await using var store = await TestStore.StartAsync();
        var log = new SharedLog();
        log.Append(SomeCases.Events(400, seed: 11));
        await store.Store.Projection.StoreAsync(SomeCases.Snapshots(log.Events));
        string before = await IndexOfAsync(store);
        int writes = 0;
        // Every batch of the rebuild is met by a write of a host, which is on the log first.
        var feed = new WatchedFeed(Feed(log, batchSize: 50), async () =>
        {
            if (writes >= 20)
                return;
            log.Append(SomeCases.Events(3, seed: 1_000 + writes++));
            await store.Store.Projection.StoreAsync(SomeCases.Snapshots(log.Events));
            (await store.Search.SearchAsync(new CaseQuery { Limit = 1 })).Items.Count.ShouldBeLessThanOrEqualTo(1);
        });
        var progress = new List<RebuildProgress>();
        var result = await store.Store.Rebuild(feed).RunAsync(new Reported(progress.Add));
        result.WasResumed.ShouldBeFalse();
        (await IndexOfAsync(store)).ShouldBe(result.ShipmentsIndex);
        result.ShipmentsIndex.ShouldNotBe(before);
        progress.Count.ShouldBeGreaterThan(8);
        (await store.SendAsync(HttpMethod.Get, $"/{store.Options.ShipmentsAlias}-v*/_mapping")).AsObject().Count.ShouldBe(1);
        var found = await store.Store.Digest.ComputeAsync();
        found.Findings.ShouldBeEmpty();
        found.Agrees(SomeCases.Digest(log.Events)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_rebuild_that_was_broken_off_goes_on_where_it_was()
    {
        await using var store = await TestStore.StartAsync();
        var log = new SharedLog();
        log.Append(SomeCases.Events(300, seed: 12));
        using var broken = new CancellationTokenSource();
        int batches = 0;
        var feed = new WatchedFeed(Feed(log, batchSize: 20), async () =>
        {
            if (++batches == 6)
                await broken.CancelAsync();
        });
        await Should.ThrowAsync<OperationCanceledException>(store.Store.Rebuild(feed).RunAsync(cancellationToken: broken.Token));
        (await store.Search.SearchAsync(new CaseQuery())).Total.ShouldBe(0);
        // What comes meanwhile changes orders that were stored already, too.
        log.Append([.. SomeCases.Events(300, seed: 12).Take(40).Select(static @event => @event with { Type = EventType.OrderCancelled, EventAt = @event.EventAt + 77 })]);
        int given = 0;
        var rest = new WatchedFeed(Feed(log, batchSize: 20), () => Task.CompletedTask, count => given += count);
        var result = await store.Store.Rebuild(rest).RunAsync();
        result.WasResumed.ShouldBeTrue();
        given.ShouldBeLessThan(300);
        (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(log.Events)).ShouldBeTrue();
    }

    [Fact]
    public async Task Deleted_indices_come_back_with_the_digest_of_the_log()
    {
        await using var store = await TestStore.StartAsync();
        var log = new SharedLog();
        log.Append(SomeCases.Events(100, seed: 13));
        await store.Store.Projection.StoreAsync(SomeCases.Snapshots(log.Events));
        await store.SendAsync(HttpMethod.Delete, $"/{await IndexOfAsync(store)}");
        (await Should.ThrowAsync<SearchIndexException>(store.Store.Indices.EnsureAsync())).Message.ShouldContain("eip rebuild --search");
        // A host that goes on writing waits for the index and does not make a half one.
        var more = SomeCases.Events(5, seed: 14);
        log.Append(more);
        var writing = store.Store.Projection.StoreAsync(SomeCases.Snapshots(more));
        await store.Store.Rebuild(Feed(log, 1_000)).RunAsync();
        await writing;
        await store.Store.Indices.EnsureAsync();
        await store.Store.Indices.RefreshAsync();
        (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(log.Events)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_mapping_of_another_release_is_told_and_rebuilt()
    {
        await using var store = await TestStore.StartAsync();
        string index = await IndexOfAsync(store);
        await store.SendAsync(HttpMethod.Put, $"/{index}/_mapping", """{"_meta":{"eipMapping":0}}""");
        var told = await Should.ThrowAsync<SearchIndexException>(store.Store.Indices.EnsureAsync());
        told.Message.ShouldContain(index);
        told.Message.ShouldContain("eip rebuild --search");
        var log = new SharedLog();
        log.Append(SomeCases.Events(10, seed: 15));
        await store.Store.Rebuild(Feed(log, 1_000)).RunAsync();
        await store.Store.Indices.EnsureAsync();
        (await store.Store.Digest.ComputeAsync()).Agrees(SomeCases.Digest(log.Events)).ShouldBeTrue();
    }

    [Fact]
    public async Task Starting_again_and_side_by_side_changes_nothing()
    {
        await using var store = await TestStore.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.Store.Indices.EnsureAsync()));
        (await IndexOfAsync(store)).ShouldEndWith("-v2-0");
    }

    [Fact]
    public async Task Hosts_that_start_at_once_make_the_indices_once()
    {
        for (int round = 0; round < 10; round++)
        {
            await using var store = new TestStore(Servers.Elasticsearch());
            // Each a little later than the one before, so that one looks while another is at any of its steps.
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async host =>
            {
                await Task.Delay(host * 15);
                await store.Store.Indices.EnsureAsync();
            }));
            (await IndexOfAsync(store)).ShouldEndWith("-v2-0");
        }
    }

    [Fact]
    public async Task A_host_that_died_while_it_made_the_indices_leaves_nothing_to_repair()
    {
        await using var store = new TestStore(Servers.Elasticsearch());
        await store.Store.Indices.PutTemplatesAsync(CancellationToken.None);
        await store.SendAsync(HttpMethod.Put, $"/{store.Options.ShipmentsAlias}-v2-0");
        await store.Store.Indices.EnsureAsync();
        (await IndexOfAsync(store)).ShouldEndWith("-v2-0");
        await store.Store.Indices.EnsureAsync();
    }

    [Fact]
    public async Task What_was_changed_by_hand_is_found()
    {
        await using var store = await TestStore.StartAsync();
        var events = SomeCases.Events(60, seed: 16);
        await store.Store.Projection.StoreAsync(SomeCases.Snapshots(events));
        await store.Store.Indices.RefreshAsync();
        var log = SomeCases.Digest(events);
        (await store.Store.Digest.ComputeAsync()).Agrees(log).ShouldBeTrue();
        string victim = Uri.EscapeDataString(events[0].OrderId.ToString());
        await store.SendAsync(HttpMethod.Post, $"/{store.Options.ShipmentsAlias}/_update/{victim}?refresh=true", """{"doc":{"variant":"NONSENSE"}}""");
        var changed = await store.Store.Digest.ComputeAsync();
        changed.Agrees(log).ShouldBeFalse();
        changed.Findings.ShouldHaveSingleItem().ShouldContain(events[0].OrderId.ToString());
        await store.SendAsync(HttpMethod.Delete, $"/{store.Options.ShipmentsAlias}/_doc/{victim}?refresh=true");
        var missing = await store.Store.Digest.ComputeAsync();
        missing.Agrees(log).ShouldBeFalse();
        missing.Findings.ShouldHaveSingleItem().ShouldContain("no card");
        missing.Orders.ShouldBe(SomeCases.Fold(events).Count - 1);
    }

    [Fact]
    public async Task A_feed_gives_every_case_from_any_position_that_it_ever_told()
    {
        var log = new SharedLog();
        log.Append(SomeCases.Events(70, seed: 17));
        var told = new List<(string? Position, Dictionary<OrderId, CaseSnapshot> Stored)> { (null, []) };
        var stored = new Dictionary<OrderId, CaseSnapshot>();
        await foreach (var batch in Feed(log, 9).ReadAsync(null))
        {
            foreach (var @case in batch.Cases)
                stored[@case.Card.OrderId] = @case;
            told.Add((batch.Position, new(stored)));
        }

        log.Append(SomeCases.Events(10, seed: 18));
        log.Append([.. SomeCases.Events(70, seed: 17).Take(25).Select(static @event => @event with { EventAt = @event.EventAt + 5 })]);
        var expected = SomeCases.Digest(log.Events);
        foreach (var (position, before) in told)
        {
            await foreach (var batch in Feed(log, 7).ReadAsync(position))
            {
                foreach (var @case in batch.Cases)
                    before[@case.Card.OrderId] = @case;
            }

            using var digest = new ProjectionDigest();
            foreach (var @case in before.Values.OrderBy(static @case => @case.Card.OrderId))
                digest.Add(@case.Card, @case.Timeline.ToArray());
            digest.FinishSections().ShouldBe(expected, $"position {position}");
        }
    }

    private static FoldedCaseFeed Feed(SharedLog log, int batchSize) => new(Partitions, log.ReadAsync, batchSize);

    private static async Task<string> IndexOfAsync(TestStore store) =>
        (await store.SendAsync(HttpMethod.Get, $"/_alias/{store.Options.ShipmentsAlias}")).AsObject().Single().Key;

    private sealed class Reported(Action<RebuildProgress> report) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => report(value);
    }

    /// <summary>A log in memory.</summary>
    private sealed class SharedLog
    {
        private readonly List<FulfillmentEvent>[] partitions = [.. Enumerable.Range(0, Partitions).Select(static _ => new List<FulfillmentEvent>())];

        public IEnumerable<FulfillmentEvent> Events => partitions.SelectMany(static partition => partition);

        public void Append(IEnumerable<FulfillmentEvent> events)
        {
            foreach (var @event in events)
                partitions[@event.OrderId.StableHash() % Partitions].Add(@event);
        }

        public async IAsyncEnumerable<LogBatch> ReadAsync(int partition, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (offset < partitions[partition].Count)
            {
                var batch = partitions[partition].Skip((int)offset).Take(13).ToList();
                offset += batch.Count;
                yield return new LogBatch(batch, offset);
            }

            await Task.CompletedTask;
        }
    }

    /// <summary>A feed with something happening before each batch.</summary>
    private sealed class WatchedFeed(ICaseFeed inner, Func<Task> before, Action<int>? given = null) : ICaseFeed
    {
        public async IAsyncEnumerable<CaseFeedBatch> ReadAsync(string? position, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var batch in inner.ReadAsync(position, cancellationToken))
            {
                await before();
                given?.Invoke(batch.Cases.Count);
                yield return batch;
            }
        }
    }
}
