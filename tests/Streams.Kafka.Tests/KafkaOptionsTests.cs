using Eip.Streams.Kafka.Options;

namespace Eip.Streams.Kafka.Tests;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void The_defaults_need_nothing_but_brokers()
    {
        Problem(static options => options.BootstrapServers = "").ShouldContain("BootstrapServers");
        Validate(static _ => { }).ShouldBeNull();
    }

    [Fact]
    public void A_setting_that_cannot_work_is_named()
    {
        Problem(static options => options.Group = " ").ShouldContain("Group");
        Problem(static options => options.BatchSize = 0).ShouldContain("BatchSize");
        Problem(static options => options.Depth = -1).ShouldContain("Depth");
        Problem(static options => options.Partitions = 0).ShouldContain("Partitions");
        Problem(static options => options.ReplicationFactor = 0).ShouldContain("ReplicationFactor");
        Problem(static options => options.CommitInterval = TimeSpan.Zero).ShouldContain("CommitInterval");
        Problem(static options => options.MaxRetryPause = TimeSpan.FromMilliseconds(1)).ShouldContain("MaxRetryPause");
        Problem(static options => options.Topic = "no spaces").ShouldContain("no spaces");
        Problem(static options => options.DeadLetterTopic = options.Topic).ShouldContain("DeadLetterTopic");
        Problem(static options =>
        {
            options.Layout = KafkaTopicLayout.TopicPerOwner;
            options.WmsTopic = options.OmsTopic;
        }).ShouldContain("different");
    }

    [Fact]
    public void Client_properties_reach_every_client_and_win()
    {
        var options = new KafkaLogOptions { BootstrapServers = "broker:9092", ClientProperties = { ["security.protocol"] = "ssl", ["linger.ms"] = "50" } };
        var producer = options.Producer();
        producer.SecurityProtocol.ShouldBe(Confluent.Kafka.SecurityProtocol.Ssl);
        producer.LingerMs.ShouldBe(50);
        producer.EnableIdempotence.ShouldBe(true);
        producer.Acks.ShouldBe(Confluent.Kafka.Acks.All);
    }

    private static string Problem(Action<KafkaStreamOptions> change) => Validate(change).ShouldNotBeNull().Message;

    private static OrleansConfigurationException? Validate(Action<KafkaStreamOptions> change)
    {
        var options = new KafkaStreamOptions { BootstrapServers = "broker:9092" };
        change(options);
        try
        {
            new KafkaOptionsValidator(options, "kafka").ValidateConfiguration();
            return null;
        }
        catch (OrleansConfigurationException exception)
        {
            exception.Message.ShouldStartWith("Kafka streams 'kafka': ");
            return exception;
        }
    }
}
