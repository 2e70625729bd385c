using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Domain;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_fails_comes_again_until_it_succeeds_and_nothing_overtakes_it(bool agentGivesUp)
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        int failures = 12;
        recorder.OnBatch = batch => batch.FirstOffset == 100 && Interlocked.Decrement(ref failures) >= 0
            ? throw new InvalidOperationException("not now")
            : Task.CompletedTask;
        await kafka.AppendAsync(Events.Of(400));

        await using var cluster = await StreamCluster.StartAsync(
            kafka,
            configure: static options => options.RetryPause = options.MaxRetryPause = TimeSpan.FromMilliseconds(20),
            streams: streams =>
            {
                if (agentGivesUp)
                    streams.ConfigurePullingAgent(static agent => agent.Configure(static options => options.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(50)));
            });
        await Wait.Until(() => recorder.Distinct == 400, "all have arrived");

        recorder.Batches.Select(static batch => batch.FirstOffset).ShouldBe([0, 100, 200, 300]);
        recorder.Attempts.ShouldBe(4 + 12);
    }

    [Fact]
    public async Task The_offset_stays_below_a_batch_that_keeps_failing()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        bool works = false;
        recorder.OnBatch = batch => batch.LastOffset < 200 || Volatile.Read(ref works) ? Task.CompletedTask : throw new InvalidOperationException("not now");
        await kafka.AppendAsync(Events.Of(500));
        await using var cluster = await StreamCluster.StartAsync(kafka, configure: static options => options.MaxRetryPause = TimeSpan.FromMilliseconds(100));

        await Wait.Until(() => recorder.Attempts >= 8, "the third batch was tried again and again");
        (await kafka.CommittedAsync()).ShouldBe([200]);
        Volatile.Write(ref works, true);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 500, "everything is committed");
        recorder.Total.ShouldBe(500);
    }

    [Fact]
    public async Task A_failing_partition_does_not_hold_the_others()
    {
        using var kafka = new TestKafka();
        var recorder = Recorder.Of(kafka.Topic);
        recorder.OnBatch = static batch => batch.Partition == 1 ? throw new InvalidOperationException("never") : Task.CompletedTask;
        await kafka.AppendAsync(Events.Of(600));
        long[] ends = kafka.EndOffsets();
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => await kafka.CommittedAsync() is var at && at[0] == ends[0] && at[2] == ends[2], "the others are committed");
        (await kafka.CommittedAsync())[1].ShouldBe(-1);
    }

    [Fact]
    public async Task Malformed_records_and_tombstones_are_set_aside_one_by_one_and_their_neighbours_delivered()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        string wrongId = EventJson.ToJson(Events.One(7)).Replace(Events.One(7).Id.ToString(), Events.One(8).Id.ToString(), StringComparison.Ordinal);
        await kafka.AppendAsync(Events.Of(3));
        await kafka.AppendRawAsync("no json");
        await kafka.AppendAsync(Events.Of(1, 3));
        await kafka.AppendRawAsync(null);
        await kafka.AppendRawAsync(wrongId);
        await kafka.AppendAsync(Events.Of(2, 4));

        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 9, "everything is committed");

        recorder.Distinct.ShouldBe(6);
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        var waiting = await letters.ListAsync(null, 10);
        waiting.Select(static letter => letter.Origin).ShouldBe([$"{kafka.Topic}/0@3", $"{kafka.Topic}/0@5", $"{kafka.Topic}/0@6"]);
        waiting.Select(static letter => letter.Field).ShouldBe([null, null, "eventId"]);
        waiting.Select(static letter => letter.Content.ToString()).ShouldBe(["no json", "", wrongId]);
        waiting[1].Reason.ShouldContain("no value");
        waiting[2].Reason.ShouldContain(Events.One(7).Id.ToString());
    }

    [Fact]
    public async Task A_partition_of_nothing_but_malformed_records_is_passed_too()
    {
        using var kafka = new TestKafka(partitions: 1);
        Recorder.Of(kafka.Topic);
        await kafka.Log.PrepareAsync();
        for (int i = 0; i < 5; i++)
            await kafka.AppendRawAsync("{}");
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 5, "everything is committed");
    }

    [Fact]
    public async Task While_a_dead_letter_cannot_be_written_the_offset_stays()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        await kafka.AppendAsync(Events.Of(150));
        await kafka.AppendRawAsync("no json");
        await kafka.AppendAsync(Events.Of(10, 150));
        await LimitLettersAsync(kafka, "1");

        await using var cluster = await StreamCluster.StartAsync(kafka, configure: static options => options.MaxRetryPause = TimeSpan.FromMilliseconds(200));
        using var meter = new MeterProbe(kafka.Topic);
        await Wait.Until(() => meter["eip.kafka.dead_letter.failures"] >= 3, "writing the letter failed again and again");
        (await kafka.CommittedAsync())[0].ShouldBeLessThanOrEqualTo(150);
        recorder.Distinct.ShouldBeLessThanOrEqualTo(150);

        await LimitLettersAsync(kafka, "1000000");
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 161, "everything is committed");
        recorder.Distinct.ShouldBe(160);
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        (await letters.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_letter_that_the_brokers_find_too_large_is_kept_with_the_beginning_of_its_content()
    {
        using var kafka = new TestKafka(partitions: 1);
        Recorder.Of(kafka.Topic);
        await kafka.Log.PrepareAsync();
        await LimitLettersAsync(kafka, "20000");
        // Random, so that compression does not make it small.
        await kafka.AppendRawAsync(Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(50_000)));
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 1, "the record is committed");

        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        (await letters.ListAsync(null, 1)).Single().Content.Bytes.Length.ShouldBeInRange(5_000, 20_000);
    }

    [Fact]
    public async Task While_a_subscriber_is_busy_reading_pauses_after_a_few_batches()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        using var meter = new MeterProbe(kafka.Topic);
        double mostAhead = 0;
        recorder.OnBatch = async batch =>
        {
            // Not done before reading went as far ahead as it ever does.
            double full = Math.Min(3_000, batch.FirstOffset + 300);
            await Wait.Until(() => meter["eip.kafka.batch.records"] >= full, "two batches are in the cache and one is at its door");
            mostAhead = Math.Max(mostAhead, meter["eip.kafka.batch.records"] - batch.FirstOffset);
        };
        await kafka.AppendAsync(Events.Of(3_000));

        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 3_000, "everything is committed");
        recorder.Total.ShouldBe(3_000);
        mostAhead.ShouldBe(300);
    }

    [Fact]
    public async Task A_stranger_in_the_group_delays_commits_and_costs_nothing_else()
    {
        using var kafka = new TestKafka(partitions: 1);
        var recorder = Recorder.Of(kafka.Topic);
        await kafka.AppendAsync(Events.Of(50));
        using var meter = new MeterProbe(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka);
        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 50, "the first events are committed");

        using (var stranger = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = kafka.Servers, GroupId = kafka.Group, EnableAutoCommit = false }).Build())
        {
            stranger.Subscribe(kafka.Topic);
            await Wait.Until(
                () =>
                {
                    stranger.Consume(TimeSpan.FromMilliseconds(50));
                    return stranger.Assignment.Count == 1;
                },
                "the stranger has joined");
            await kafka.AppendAsync(Events.Of(50, 50));
            await Wait.Until(() => meter["eip.kafka.commit.failures"] > 0, "a commit is refused");
            recorder.Distinct.ShouldBe(100);
            (await kafka.CommittedAsync()).ShouldBe([50]);
            stranger.Close();
        }

        await Wait.Until(async () => (await kafka.CommittedAsync())[0] == 100, "the rest is committed");
    }

    private static async Task LimitLettersAsync(TestKafka kafka, string bytes) => await kafka.Admin.IncrementalAlterConfigsAsync(
        new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = kafka.LogOptions.DeadLetterTopic }] =
                [new ConfigEntry { Name = "max.message.bytes", Value = bytes, IncrementalOperation = AlterConfigOpType.Set }],
        });
}
