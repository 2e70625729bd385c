using Eip.Streams.Kafka.Options;
using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task Events_that_waited_before_the_first_start_are_all_delivered()
    {
        using var kafka = new TestKafka();
        var recorder = Recorder.Of(kafka.Topic);
        var events = Events.Of(2_000);
        await kafka.AppendAsync(events);

        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(() => recorder.Distinct == 2_000, "all have arrived");

        recorder.Total.ShouldBe(2_000);
        recorder.ShouldHaveAll(events);
    }

    [Fact]
    public async Task Events_of_a_partition_arrive_in_the_order_of_the_log_without_a_gap()
    {
        using var kafka = new TestKafka();
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);
        for (int from = 0; from < 1_500; from += 250)
            await kafka.AppendAsync(Events.Of(250, from));
        await Wait.Until(() => recorder.Distinct == 1_500, "all have arrived");

        foreach (var partition in recorder.Batches.GroupBy(static batch => batch.Partition))
        {
            long expected = 0;
            foreach (var batch in partition)
            {
                batch.FirstOffset.ShouldBe(expected);
                batch.Events.Length.ShouldBe((int)(batch.LastOffset - batch.FirstOffset + 1));
                expected = batch.LastOffset + 1;
            }

            partition.SelectMany(static batch => batch.Events).ShouldBeInOrder(
                SortDirection.Ascending, Comparer<Domain.FulfillmentEvent>.Create(static (left, right) => left.EventAt.CompareTo(right.EventAt)));
        }
    }

    [Fact]
    public async Task Offsets_end_at_the_end_of_the_log_in_the_group_that_lag_tools_ask_for()
    {
        using var kafka = new TestKafka();
        var recorder = Recorder.Of(kafka.Topic);
        await kafka.AppendAsync(Events.Of(700));
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync()).SequenceEqual(kafka.EndOffsets()), "everything is committed");
        recorder.Distinct.ShouldBe(700);
    }

    [Fact]
    public async Task A_cluster_that_starts_again_goes_on_where_it_had_committed()
    {
        using var kafka = new TestKafka();
        var recorder = Recorder.Of(kafka.Topic);
        await kafka.AppendAsync(Events.Of(600));
        await using (await StreamCluster.StartAsync(kafka))
            await Wait.Until(async () => (await kafka.CommittedAsync()).SequenceEqual(kafka.EndOffsets()), "everything is committed");
        await kafka.AppendAsync(Events.Of(300, 600));
        await using (await StreamCluster.StartAsync(kafka))
            await Wait.Until(() => recorder.Distinct == 900, "the rest has arrived");

        recorder.Total.ShouldBe(900);
    }

    [Fact]
    public async Task One_topic_for_each_owner_is_read_as_one_log()
    {
        using var kafka = new TestKafka(partitions: 2, layout: KafkaTopicLayout.TopicPerOwner);
        var topics = kafka.LogOptions.EventTopics;
        var recorder = Recorder.Of(topics);
        var events = Events.Of(700);
        await kafka.AppendAsync(events);

        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(() => recorder.Distinct == 700, "all have arrived");

        recorder.Batches.Select(static batch => (batch.Topic, batch.Partition)).Distinct().Count().ShouldBe(6);
        foreach (var batch in recorder.Batches)
            batch.Events.ShouldAllBe(@event => kafka.LogOptions.TopicOf(@event.Source) == batch.Topic);
    }

    [Fact]
    public async Task A_missing_topic_is_created_as_configured()
    {
        using var kafka = new TestKafka(partitions: 5);
        Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);

        var metadata = kafka.Admin.GetMetadata(kafka.Topic, TimeSpan.FromSeconds(10));
        metadata.Topics.Single().Partitions.Count.ShouldBe(5);
        metadata.Topics.Single().Partitions.ShouldAllBe(static partition => partition.Replicas.Length == 1);
    }

    [Fact]
    public async Task Partitions_that_are_added_while_silos_run_are_pulled()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka, silos: 2);
        await kafka.Admin.CreatePartitionsAsync([new() { Topic = kafka.Topic, IncreaseTo = 4 }]);
        string text = Domain.EventJson.ToJson(Events.One(1));
        await Wait.Until(
            async () =>
            {
                await kafka.AppendRawAsync(text, 3);
                return true;
            },
            "the partition is there");
        await Wait.Until(() => recorder.Batches.Any(static batch => batch.Partition == 3), "the added partition is delivered");
    }

    [Fact]
    public async Task A_subscriber_that_was_deactivated_loses_nothing()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);
        for (int round = 0; round < 5; round++)
        {
            await kafka.AppendAsync(Events.Of(200, round * 200));
            await cluster.Client.GetGrain<IRecorderGrain>(KafkaStreams.KeyOf(kafka.Topic, 0)).Deactivate();
        }

        await Wait.Until(() => recorder.Distinct == 1_000, "all have arrived");
        recorder.Total.ShouldBe(1_000);
    }

    [Fact]
    public async Task Instruments_say_how_far_a_subscriber_is_behind_and_that_it_caught_up()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        var release = new TaskCompletionSource();
        recorder.OnBatch = batch => batch.FirstOffset == 0 ? Task.CompletedTask : release.Task;
        await kafka.AppendAsync(Events.Of(1_000));
        using var meter = new MeterProbe(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);

        await Wait.Until(() => meter.Observe("eip.kafka.lag.events") == 900, "the first batch is passed and no other");
        meter.Observe("eip.kafka.lag.time").ShouldBePositive();
        release.SetResult();
        await Wait.Until(() => meter.Observe("eip.kafka.lag.events") == 0, "it caught up");
        meter.Observe("eip.kafka.lag.time").ShouldBe(0);
        meter["eip.kafka.delivered.events"].ShouldBe(1_000);
        meter["eip.kafka.redeliveries"].ShouldBe(0);
    }
}
