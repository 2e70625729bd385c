using Confluent.Kafka;
using Eip.Domain;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class EventLogTests
{
    [Fact]
    public async Task Events_of_an_order_lie_in_the_order_given_on_one_partition_keyed_by_order()
    {
        using var kafka = new TestKafka(partitions: 4);
        var order = OrderId.Parse("order ü 1");
        var events = Enumerable.Range(0, 50).Select(number => Events.One(number) with { OrderId = order }).ToArray();
        await kafka.AppendAsync(events);

        kafka.EndOffsets().Count(static end => end == 50).ShouldBe(1);
        int partition = Array.IndexOf(kafka.EndOffsets(), 50);
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig { BootstrapServers = kafka.Servers, GroupId = "reader" }).Build();
        consumer.Assign(new TopicPartitionOffset(kafka.Topic, partition, Offset.Beginning));
        foreach (var expected in events)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(20));
            record.Message.Key.ShouldBe("order ü 1");
            EventJson.TryRead(record.Message.Value, out var read, out var error).ShouldBeTrue($"{error}");
            read.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task More_events_than_the_client_holds_at_once_are_all_appended()
    {
        using var kafka = new TestKafka(partitions: 2);
        using var log = new KafkaEventLog(Small(kafka));
        await log.PrepareAsync();
        (await log.AppendAsync(Events.Of(5_000))).Appended.ShouldBe(5_000);
        kafka.EndOffsets().Sum().ShouldBe(5_000);

        static KafkaLogOptions Small(TestKafka kafka)
        {
            var options = kafka.LogOptions;
            options.ClientProperties["queue.buffering.max.messages"] = "100";
            return options;
        }
    }

    [Fact]
    public async Task An_append_that_the_brokers_refuse_fails_and_says_why()
    {
        using var kafka = new TestKafka(partitions: 1);
        var options = kafka.LogOptions;
        options.ClientProperties["message.timeout.ms"] = "2000";
        using var log = new KafkaEventLog(options);
        (await Should.ThrowAsync<KafkaAppendException>(async () => await log.AppendAsync(Events.Of(3)))).Message.ShouldStartWith("Kafka did not take the events:");
    }

    [Fact]
    public async Task A_missing_topic_that_may_not_be_created_is_named()
    {
        using var kafka = new TestKafka(partitions: 1);
        var options = kafka.LogOptions;
        options.CreateMissingTopics = false;
        using var log = new KafkaEventLog(options);
        (await Should.ThrowAsync<KafkaException>(() => log.PrepareAsync())).Message.ShouldContain(kafka.Topic);
    }
}
