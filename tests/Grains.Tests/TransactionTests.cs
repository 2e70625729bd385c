using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Silo.Search;
using Eip.Silo.Verification;

namespace Eip.Grains.Tests;

/// <summary>Topics whose offsets have gaps: markers of transactions, aborted records, and what an open transaction holds back.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task Markers_aborted_records_and_an_open_transaction_leave_no_lag_and_hang_nobody()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1);
        var events = Orders.Events(seed: 60, orders: 600);
        var parts = events.Chunk((events.Length / 3) + 1).ToArray();
        using var transactions = new Transactions(cluster.LogOptions.BootstrapServers, cluster.LogOptions.Topic);

        await cluster.AppendAsync(parts[0]);
        transactions.Begin(parts[1]);
        transactions.Commit();
        transactions.Begin(Orders.Events(seed: 61, orders: 50));
        transactions.Abort();
        transactions.Begin(parts[2]);

        FulfillmentEvent[] closed = [.. parts[0], .. parts[1]];
        await cluster.ShouldComeToAsync(new Reference(closed));
        await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "what can be read is passed, the markers included");
        await ShouldFoldToAsync(cluster, closed);

        transactions.Commit();

        await cluster.ShouldComeToAsync(new Reference(events));
        await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "the last marker is passed as well");
        (await cluster.StatusAsync()).Partitions.ShouldAllBe(static partition => partition.LastEventAt != null, "markers at the end hide no event time");
        await ShouldFoldToAsync(cluster, events);
    }

    // As 'verify --cluster' and the rebuilds read the log.
    private static async Task ShouldFoldToAsync(SiloCluster cluster, FulfillmentEvent[] events)
    {
        var fold = new LogFold(new KafkaLogReader(cluster.LogOptions, TimeSpan.FromSeconds(20)));
        await fold.AdvanceAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        fold.Events.ShouldBe(events.Length);
        fold.Digest().All.ShouldBe(new Reference(events).Digest.All);
    }
}
