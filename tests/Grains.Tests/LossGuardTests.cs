using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Silo.Rebuild;
using Eip.Silo.Search;
using Eip.Storage.Elasticsearch.Rebuild;
using Eip.Streams.Kafka.Continuity;

namespace Eip.Grains.Tests;

/// <summary>A rebuild that would lose what is stored is refused, unless the loss is named.</summary>
public sealed class LossGuardTests
{
    [Fact]
    public async Task A_rebuild_never_shrinks_an_index_unless_so_many_orders_may_be_lost()
    {
        var events = Orders.Events(seed: 95, orders: 20);

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => CountAsync(events, indexed: 400, acceptedLoss: null));
        refused.Message.ShouldContain("380 orders are in the search indices and not on the log");
        refused.Message.ShouldContain("--accept-loss 380");
        await Should.ThrowAsync<InvalidOperationException>(() => CountAsync(events, indexed: 400, acceptedLoss: 379));
        (await CountAsync(events, indexed: 400, acceptedLoss: 380)).ShouldBe(20);
        (await CountAsync(events, indexed: 20, acceptedLoss: null)).ShouldBe(20);
    }

    [Fact]
    public async Task An_index_is_not_made_empty_from_an_empty_log()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => CountAsync([], indexed: 38_661, acceptedLoss: null));
        refused.Message.ShouldContain("--accept-loss 38661");
    }

    [Fact]
    public void A_log_that_begins_above_its_beginning_is_refused_by_the_names_of_its_partitions()
    {
        LossGuard.RequireBeginning(new Dictionary<string, LogExtent> { ["events/0"] = new("id", 0, 10) });
        var refused = Should.Throw<InvalidOperationException>(() =>
            LossGuard.RequireBeginning(new Dictionary<string, LogExtent> { ["events/0"] = new("id", 0, 10), ["events/1"] = new("id", 1_200, 5_000) }));
        refused.Message.ShouldContain("events/1 at offset 1,200");
        refused.Message.ShouldNotContain("events/0");
    }

    private static async Task<int> CountAsync(FulfillmentEvent[] events, long indexed, long? acceptedLoss)
    {
        var log = new FoldedCaseFeed(1, (_, offset, _) => Batches(events, offset));
        int cases = 0;
        await foreach (var batch in new GuardedFeed(log, indexed, acceptedLoss).ReadAsync(null))
            cases += batch.Cases.Count;
        return cases;
    }

    private static async IAsyncEnumerable<LogBatch> Batches(FulfillmentEvent[] events, long offset)
    {
        await Task.CompletedTask;
        if (offset < events.Length)
            yield return new LogBatch(events, events.Length);
    }
}
