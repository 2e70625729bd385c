using System.Text;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Grains.Cases;
using Eip.Grains.Ingest;
using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>Silos that die at the worst moment, and records that should never have been on the log.</summary>
public sealed class DeathTests(ITestOutputHelper output)
{
    [Theory, InlineData(Step.Changed), InlineData(Step.Stored)]
    public async Task A_silo_that_dies_between_two_steps_leaves_no_trace(Step step)
    {
        var hub = new Deathbed(step);
        await using var cluster = await SiloCluster.StartAsync(silos: 2, configure: services => services.AddSingleton<IIngestSteps>(_ => new DyingStep(hub)));
        var events = Orders.Events(seed: 30 + (int)step, orders: 5_000);

        await cluster.AppendAsync(events);
        for (int death = 1; death <= 3; death++)
        {
            hub.Arm();
            var dying = await hub.Reached.WaitAsync(TimeSpan.FromSeconds(60));
            var silo = cluster.Silos.Single(silo => silo.Services.GetRequiredService<IIngestSteps>() == dying);
            await cluster.KillAsync(silo);
            await cluster.AddAsync();
            await cluster.AppendAsync(events.AsSpan(0, 3_000).ToArray());
        }

        await cluster.ShouldComeToAsync(new Reference(events));
        output.WriteLine($"{cluster.Folded} events were folded, of {events.Length} that differ and 9,000 repetitions.");
    }

    [Fact]
    public async Task Malformed_records_and_a_poisoned_order_are_set_aside_and_all_else_goes_through()
    {
        var events = Orders.Events(seed: 33, orders: 1_500);
        var poisoned = events[events.Length / 3].OrderId;
        await using var cluster = await SiloCluster.StartAsync(
            silos: 2, configure: services => services.AddSingleton<ICaseFold>(new PoisonedFold(poisoned)));
        var options = cluster.LogOptions;
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers }).Build();

        int malformed = 0;
        foreach (var part in events.Chunk(300))
        {
            await cluster.AppendAsync(part);
            byte[] bad = Encoding.UTF8.GetBytes($$"""{"eventType":"ORDER_LOST","orderId":"{{malformed++}}"}""");
            await producer.ProduceAsync(options.Topic, new Message<byte[], byte[]> { Key = [1], Value = bad });
        }

        await cluster.ShouldComeToAsync(new Reference(events.Where(@event => @event.OrderId != poisoned)));
        var letters = cluster.Services.GetRequiredService<IDeadLetters>();
        int poison = events.Count(@event => @event.OrderId == poisoned);
        await Wait.Until(async () => await letters.CountAsync() >= malformed + poison, "every letter is there");
        var all = await letters.ListAsync(null, 1_000);
        all.Count(static letter => letter.Content.ToString().Contains("ORDER_LOST")).ShouldBe(malformed);
        all.Count(letter => letter.Content.ToString().Contains(poisoned.ToString())).ShouldBeGreaterThanOrEqualTo(poison);
        (await cluster.StatusAsync()).LagEvents.ShouldBe(0);
    }

    [Fact]
    public async Task A_poisoned_order_that_is_healed_comes_back_by_command()
    {
        var events = Orders.Events(seed: 34, orders: 300);
        var poisoned = events[events.Length / 2].OrderId;
        var fold = new PoisonedFold(poisoned);
        await using var cluster = await SiloCluster.StartAsync(silos: 1, configure: services => services.AddSingleton<ICaseFold>(fold));
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(new Reference(events.Where(@event => @event.OrderId != poisoned)));
        var letters = cluster.Services.GetRequiredService<IDeadLetters>();

        fold.IsHealed = true;
        foreach (var letter in await letters.ListAsync(null, 1_000))
            (await letters.RetryAsync(letter.Id)).Outcome.ShouldBe(DeadLetterOutcome.Retried);

        await cluster.ShouldComeToAsync(new Reference(events));
        await Wait.Until(async () => await letters.CountAsync() == 0, "no letter waits");
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_started_again_loses_nothing()
    {
        await using var broker = await OwnBroker.StartAsync();
        await using var cluster = await SiloCluster.StartAsync(silos: 2, kafka: broker.Address);
        var events = Orders.Events(seed: 35, orders: 4_000);

        await cluster.AppendAsync(events.AsSpan(0, events.Length / 2).ToArray());
        await broker.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        await broker.StartAgainAsync();
        await AppendUntilTakenAsync(cluster, events.AsSpan(events.Length / 2).ToArray());

        await cluster.ShouldComeToAsync(new Reference(events), TimeSpan.FromSeconds(120));
    }

    // As a replay driver does: an append that fails is repeated, and what was appended twice counts once.
    private static async Task AppendUntilTakenAsync(SiloCluster cluster, FulfillmentEvent[] events)
    {
        foreach (var part in events.Chunk(1_000))
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    await cluster.Log.AppendAsync(part);
                    break;
                }
                catch (Exception) when (attempt < 20)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
            }
        }
    }

    public enum Step
    {
        Changed,
        Stored,
    }

    private sealed class Deathbed(Step step)
    {
        private TaskCompletionSource<IIngestSteps> reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int armed;

        public Step Step { get; } = step;

        public Task<IIngestSteps> Reached => reached.Task;

        public void Arm()
        {
            reached = new TaskCompletionSource<IIngestSteps>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref armed, 1);
        }

        // The first to come lies down and never gets up.
        public Task EnterAsync(IIngestSteps silo)
        {
            if (Interlocked.Exchange(ref armed, 0) == 0)
                return Task.CompletedTask;
            reached.SetResult(silo);
            return Task.Delay(Timeout.Infinite);
        }
    }

    private sealed class DyingStep(Deathbed hub) : IIngestSteps
    {
        public Task ChangedAsync(string partition, CancellationToken cancellationToken) => hub.Step == Step.Changed ? hub.EnterAsync(this) : Task.CompletedTask;

        public Task StoredAsync(string partition, CancellationToken cancellationToken) => hub.Step == Step.Stored ? hub.EnterAsync(this) : Task.CompletedTask;
    }
}
