using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Api.Health;
using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Silo.Kafka;
using Eip.Silo.Rebuild;
using Eip.Silo.Search;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>
/// Drills with a log that does not go on where the store stands. Silos name what is broken, turn unready and keep what is stored, until somebody decides
/// whether the log or the store is right.
/// </summary>
public sealed class BrokenLogTests
{
    [Fact]
    public async Task A_topic_deleted_and_created_again_is_named_and_a_rebuild_puts_the_new_log_in_its_place_once_the_loss_is_accepted()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1);
        var old = Orders.Events(seed: 80, orders: 400);
        await cluster.AppendAsync(old);
        await cluster.ShouldComeToAsync(new Reference(old));

        using (var admin = Admin(cluster))
            await admin.DeleteTopicsAsync([cluster.LogOptions.Topic]);
        // As many records as before, so that no offset tells.
        var young = Orders.Events(seed: 81, orders: 400);
        await Wait.Until(() => IsGoneAsync(cluster), "the topic is gone");
        await cluster.Log.PrepareAsync();
        await cluster.AppendAsync(young);

        await Wait.Until(() => Reason(cluster)?.Contains("was deleted and created again", StringComparison.Ordinal) == true, "the silo is not ready and says why");
        Reason(cluster)!.ShouldContain($"{cluster.LogOptions.Topic}/");
        (await cluster.DigestAsync()).Cards.ShouldBe(new Reference(old).Digest.Cards, "what is stored is kept");

        using var extents = new KafkaExtents(cluster.LogOptions);
        var rebuild = new ClusterRebuild(cluster.Database.Source, new KafkaLogReader(cluster.LogOptions, Patience), extents);
        (await Should.ThrowAsync<InvalidOperationException>(() => rebuild.RunAsync(null, null, CancellationToken.None))).Message.ShouldContain("--accept-loss 400");
        (await cluster.DigestAsync()).Cards.ShouldBe(new Reference(old).Digest.Cards, "a rebuild that is refused changes nothing");
        var result = await rebuild.RunAsync(400, null, CancellationToken.None);

        result.Digest.All.ShouldBe(new Reference(young).Digest.All);
        await Wait.Until(() => Reason(cluster) is null, "the silo is ready again");
        await cluster.ShouldComeToAsync(new Reference(young));
    }

    [Fact]
    public async Task Records_that_retention_took_unread_are_named_and_what_is_stored_can_be_kept()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1);
        var events = Orders.Events(seed: 82, orders: 900);
        var parts = events.Chunk((events.Length / 3) + 1).ToArray();
        await cluster.AppendAsync(parts[0]);
        await cluster.ShouldComeToAsync(new Reference(parts[0]));
        await cluster.StopAsync(cluster.Silos[0]);
        await cluster.AppendAsync(parts[1]);
        using (var admin = Admin(cluster))
        {
            var ends = (await new KafkaExtents(cluster.LogOptions).ReadAsync()).Select(static partition => (partition.Key, partition.Value.End));
            await admin.DeleteRecordsAsync(ends.Select(end => new TopicPartitionOffset(PartitionOf(end.Key), end.End - 5)));
        }

        await cluster.AppendAsync(parts[2]);
        FulfillmentEvent[] left = [.. await ReadAsync(cluster)];
        left.Length.ShouldBe(parts[2].Length + (5 * cluster.Partitions));
        await cluster.AddAsync();

        await Wait.Until(() => Reason(cluster)?.Contains("gone unread", StringComparison.Ordinal) == true, "the silo is not ready and says why");
        using var extents = new KafkaExtents(cluster.LogOptions);
        var rebuild = new ClusterRebuild(cluster.Database.Source, new KafkaLogReader(cluster.LogOptions, Patience), extents);
        (await Should.ThrowAsync<InvalidOperationException>(() => rebuild.RunAsync(null, null, CancellationToken.None))).Message.ShouldContain("does not begin at its beginning");
        (await KeepStored.RunAsync(cluster.Database.Source, extents, CancellationToken.None)).Count.ShouldBe(cluster.Partitions);

        await Wait.Until(() => Reason(cluster) is null, "the silo is ready again");
        await cluster.ShouldComeToAsync(new Reference([.. parts[0], .. left]));
        (await KeepStored.RunAsync(cluster.Database.Source, extents, CancellationToken.None)).ShouldBeEmpty("nothing is broken any more");
    }

    [Fact]
    public async Task A_damaged_store_is_made_anew_while_silos_serve_and_a_rebuild_that_was_broken_off_goes_on()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 83, orders: 4_000);
        var parts = events.Chunk((events.Length / 20) + 1).ToArray();
        for (int part = 0; part < 10; part++)
            await cluster.AppendAsync(parts[part]);
        await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "half of it is folded");
        await cluster.Database.ExecuteAsync("delete from eip_case where order_id < '8'");
        await cluster.Database.ExecuteAsync("update route_stats_daily set late_count = late_count + 7 where seller_region = 'SP'");

        using var extents = new KafkaExtents(cluster.LogOptions);
        var rebuild = new ClusterRebuild(cluster.Database.Source, new KafkaLogReader(cluster.LogOptions, Patience), extents);
        using (var stop = new CancellationTokenSource())
        {
            var midway = new Midway(at => at.Events > events.Length / 4, stop);
            await Should.ThrowAsync<OperationCanceledException>(() => rebuild.RunAsync(null, midway, stop.Token));
        }

        var appending = Task.Run(async () =>
        {
            for (int part = 10; part < parts.Length; part++)
                await cluster.AppendAsync(parts[part]);
        });
        var result = await rebuild.RunAsync(null, null, CancellationToken.None);
        await appending;

        result.WasResumed.ShouldBeTrue();
        await cluster.ShouldComeToAsync(new Reference(events));
    }

    [Fact]
    public async Task A_topic_is_created_to_keep_everything_and_one_that_does_not_is_named_with_the_remedy()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 0);
        using var extents = new KafkaExtents(cluster.LogOptions);
        (await extents.LossesAsync()).ShouldBeEmpty();

        using (var admin = Admin(cluster))
        {
            await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
            {
                [new ConfigResource { Type = ResourceType.Topic, Name = cluster.LogOptions.Topic }] =
                    [new ConfigEntry { Name = "retention.ms", Value = "604800000", IncrementalOperation = AlterConfigOpType.Set }],
            });
        }

        string loss = (await extents.LossesAsync()).Single();
        loss.ShouldContain(cluster.LogOptions.Topic);
        loss.ShouldContain("retention.ms is 604800000 (7 days)");
        loss.ShouldContain("kafka-configs.sh --alter");
        var silo = await cluster.AddAsync();
        var watch = silo.Services.GetRequiredService<KafkaLogWatch>();
        await Wait.Until(() => watch.Warnings().Contains(loss), "the silo warns of it");
        watch.Waiting().ShouldBeNull("it is ready all the same");
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static IAdminClient Admin(SiloCluster cluster) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.LogOptions.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();

    private static string? Reason(SiloCluster cluster) =>
        cluster.Services.GetServices<IReadinessCondition>().Select(static condition => condition.Waiting()).FirstOrDefault(static reason => reason is not null);

    private static async Task<bool> IsGoneAsync(SiloCluster cluster)
    {
        using var extents = new KafkaExtents(cluster.LogOptions);
        try
        {
            await extents.ReadAsync();
            return false;
        }
        catch (Eip.Streams.Kafka.KafkaUnavailableException)
        {
            return true;
        }
    }

    private static async Task<List<FulfillmentEvent>> ReadAsync(SiloCluster cluster)
    {
        var reader = new KafkaLogReader(cluster.LogOptions, Patience);
        var events = new List<FulfillmentEvent>();
        for (int partition = 0; partition < reader.Partitions.Count; partition++)
        {
            await foreach (var batch in reader.ReadAsync(partition, 0))
                events.AddRange(batch.Events);
        }

        return events;
    }

    private static TopicPartition PartitionOf(string key) => new(key[..key.IndexOf('/')], int.Parse(key[(key.IndexOf('/') + 1)..]));

    private sealed class Midway(Func<ClusterRebuildProgress, bool> isDue, CancellationTokenSource stop) : IProgress<ClusterRebuildProgress>
    {
        public void Report(ClusterRebuildProgress value)
        {
            if (isDue(value))
                stop.Cancel();
        }
    }
}
