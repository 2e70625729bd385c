using Eip.Grains.Lanes;
using Eip.Grains.Reading;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Eip.Silo.Kafka;
using Microsoft.Extensions.Options;

namespace Eip.Grains.Tests;

/// <summary>How far the cluster says that it is.</summary>
public sealed class PipelineStatusTests
{
    [Fact]
    public async Task Lag_is_told_in_event_time_as_well()
    {
        // A silo that does not run folds nothing.
        await using var cluster = await SiloCluster.StartAsync(silos: 0, partitions: 1);
        var events = Orders.Events(seed: 28, orders: 200);
        await cluster.AppendAsync(events);
        using var ends = new KafkaLogEnds(Options.Create(cluster.LogOptions));
        var states = new MemoryCaseStates();
        await states.AdvanceAsync(new IngestProgress((await ends.GetAsync()).Single().Key, 1, events[0].EventAt, 0, DateTimeOffset.UtcNow), 0, await states.LifeAsync());
        var pipeline = new ClusterPipelineStatus(ends, states, new MemoryDeadLetters(), new EventHorizon(TimeProvider.System), new StreamClock(TimeProvider.System), TimeProvider.System);

        var status = await pipeline.GetAsync();

        status.LagEvents.ShouldBe(events.Length - 1);
        status.Partitions.Single().LagSeconds.ShouldBe(events[^1].EventAt - events[0].EventAt);
        status.Partitions.Single().LagSeconds.ShouldBePositive();
    }

    [Fact]
    public async Task The_watermark_needs_no_broker()
    {
        var events = Orders.Events(seed: 29, orders: 10);
        var states = new MemoryCaseStates();
        await states.AdvanceAsync(new IngestProgress("topic/0", 1, events[0].EventAt, 0, DateTimeOffset.UtcNow), 0, await states.LifeAsync());
        await states.AdvanceAsync(new IngestProgress("topic/1", 1, events[^1].EventAt, 0, DateTimeOffset.UtcNow), 0, await states.LifeAsync());
        var pipeline = new ClusterPipelineStatus(new AwayLog(), states, new MemoryDeadLetters(), new EventHorizon(TimeProvider.System), new StreamClock(TimeProvider.System), TimeProvider.System);

        (await pipeline.WatermarkAsync()).ShouldBe(events[^1].EventAt);
        await Should.ThrowAsync<TimeoutException>(async () => await pipeline.GetAsync());
    }

    private sealed class AwayLog : ILogEnds
    {
        public ValueTask<IReadOnlyList<LogEnd>> GetAsync(CancellationToken cancellationToken = default) => throw new TimeoutException("The brokers do not answer.");
    }
}
