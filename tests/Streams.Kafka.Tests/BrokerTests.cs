using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class BrokerTests
{
    [Fact]
    public async Task A_broker_that_is_killed_and_started_again_costs_no_event()
    {
        await using var broker = await OwnBroker.StartAsync();
        using var kafka = new TestKafka(broker.Servers);
        var recorder = Recorder.Of(kafka.Topic);
        await using var cluster = await StreamCluster.StartAsync(kafka, silos: 2);
        await using var feed = Feed.Start(kafka);
        for (int round = 0; round < 2; round++)
        {
            int seen = recorder.Distinct;
            await Wait.Until(() => recorder.Distinct > seen + 500, "events arrive between crashes");
            await broker.KillAsync();
            await broker.RunAsync();
        }

        await feed.ShouldArriveAsync(recorder);
    }

    [Fact]
    public async Task Silos_that_start_while_the_brokers_are_away_take_their_partitions_once_they_answer()
    {
        await using var broker = await OwnBroker.StartAsync();
        using var kafka = new TestKafka(broker.Servers);
        var recorder = Recorder.Of(kafka.Topic);
        await kafka.AppendAsync(Events.Of(300));
        await broker.KillAsync();

        await using var cluster = await StreamCluster.StartAsync(kafka, configure: static options => options.StartupWait = TimeSpan.FromMilliseconds(100));
        recorder.Attempts.ShouldBe(0);
        await broker.RunAsync();
        await Wait.Until(() => recorder.Distinct == 300, "all have arrived");
    }
}
