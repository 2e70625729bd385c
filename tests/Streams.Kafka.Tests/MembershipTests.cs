using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class MembershipTests
{
    [Fact]
    public async Task Silos_share_the_partitions_evenly_and_a_subscriber_sits_where_its_partition_is_pulled()
    {
        using var kafka = new TestKafka(partitions: 6);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka, silos: 3);
        int sent = 0;
        await Wait.Until(
            async () =>
            {
                await kafka.AppendAsync(Events.Of(60, sent));
                sent += 60;
                return Owners(recorder).All(static share => share.Count() == 2) && Owners(recorder).Count() == 3;
            },
            "three silos pull two partitions each");
        await Wait.Until(() => recorder.Distinct == sent, "all have arrived");
    }

    [Fact]
    public async Task A_silo_that_joins_takes_its_share_and_nothing_is_lost()
    {
        using var kafka = new TestKafka(partitions: 4);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await using var feed = Feed.Start(kafka);
        await Wait.Until(() => recorder.Distinct > 500, "the first silo delivers");

        var joined = await cluster.StartAdditionalSiloAsync();
        await Wait.Until(
            () => recorder.Batches.TakeLast(20).Count(batch => batch.PulledBy.Equals(joined.SiloAddress)) is > 3 and < 17, "the second silo pulls its share");

        await feed.ShouldArriveAsync(recorder);
    }

    [Fact]
    public async Task A_silo_that_leaves_hands_its_partitions_over_and_nothing_is_lost()
    {
        using var kafka = new TestKafka(partitions: 4);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka, silos: 3);
        await using var feed = Feed.Start(kafka);
        await Wait.Until(() => recorder.Distinct > 500, "the silos deliver");

        await cluster.StopSiloAsync(cluster.Silos[2]);
        await feed.ShouldArriveAsync(recorder);
        recorder.Total.ShouldBeLessThan((int)(feed.Sent * 1.5));
    }

    [Fact]
    public async Task Silos_that_are_lost_again_and_again_lose_no_event()
    {
        using var kafka = new TestKafka(partitions: 4);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka, silos: 3);
        await using var feed = Feed.Start(kafka);
        for (int round = 0; round < 3; round++)
        {
            int seen = recorder.Distinct;
            await Wait.Until(() => recorder.Distinct > seen + 500, "events arrive between losses");
            await cluster.KillSiloAsync(cluster.Silos[^1]);
            await cluster.StartAdditionalSiloAsync();
        }

        await feed.ShouldArriveAsync(recorder);
    }

    private static IEnumerable<IGrouping<SiloAddress, int>> Owners(Recorder recorder) => recorder.Batches
        .TakeLast(30)
        .GroupBy(static batch => batch.Partition)
        .Select(static partition => (partition.Key, partition.Last().PulledBy))
        .GroupBy(static owner => owner.PulledBy, static owner => owner.Key);
}
