using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Cases;
using Eip.Grains.Ingest;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>What may fail in the middle of a batch, and what is then true.</summary>
public sealed class FailureTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_failure_between_two_steps_is_tried_again_and_changes_nothing(bool afterStoring)
    {
        var steps = new FailingSteps { FailChanged = !afterStoring, FailStored = afterStoring };
        await using var cluster = await GrainsCluster.StartAsync(configure: services => services.AddSingleton<IIngestSteps>(steps));
        var events = Orders.Events(seed: 7, orders: 400);

        await cluster.IngestAsync(events, batch: 60);

        steps.Failures.ShouldBeGreaterThan(20);
        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_loses_nothing_and_sets_nothing_aside()
    {
        var states = new FlakyStates(new MemoryCaseStates(), seed: 8, rate: 0.2);
        await using var cluster = await GrainsCluster.StartAsync(states: states);
        var events = Orders.Events(seed: 8, orders: 500);

        await cluster.IngestAsync(events, batch: 100);
        states.Rate = 0;

        states.Failures.ShouldBeGreaterThan(5);
        cluster.DeadLetters.All.ShouldBeEmpty();
        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task An_order_whose_fold_keeps_failing_is_set_aside_and_the_others_go_on()
    {
        var events = Orders.Events(seed: 9, orders: 300);
        var poisoned = events[events.Length / 2].OrderId;
        var fold = new PoisonedFold(poisoned);
        await using var cluster = await GrainsCluster.StartAsync(configure: services => services.AddSingleton<ICaseFold>(fold));

        await cluster.IngestAsync(events, batch: 100);

        await cluster.ShouldCometoAsync(new Reference(events.Where(@event => @event.OrderId != poisoned)));
        var mine = events.Where(@event => @event.OrderId == poisoned).ToArray();
        cluster.DeadLetters.All.Select(static letter => letter.Content.ToString()).ShouldBe(mine.Select(static @event => EventJson.ToJson(@event)), ignoreOrder: true);
        cluster.DeadLetters.All.ShouldAllBe(static letter => letter.Reason.Contains("poison"));

        fold.IsHealed = true;
        await cluster.IngestAsync(mine);
        await cluster.ShouldCometoAsync(new Reference(events));
    }

    [Fact]
    public async Task Only_the_first_batch_of_a_poisoned_order_waits()
    {
        var order = OrderId.Parse("poisoned");
        var fold = new PoisonedFold(order);
        await using var cluster = await GrainsCluster.StartAsync(configure: services => services.AddSingleton<ICaseFold>(fold));

        await cluster.IngestAsync([Event(order, 1)]);
        int first = fold.Attempts;
        await cluster.IngestAsync([Event(order, 2)]);

        first.ShouldBe(new IngestOptions().FoldAttempts);
        fold.Attempts.ShouldBe(first + 1);
        cluster.DeadLetters.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Two_lives_of_one_order_that_write_past_each_other_are_merged()
    {
        var states = new MemoryCaseStates();
        await using var cluster = await GrainsCluster.StartAsync(states: states);
        var order = OrderId.Parse("twice-alive");
        await cluster.IngestAsync([Event(order, 1)]);

        // Another life, as a silo cut off from the others might keep one, stores an event that this one never sees.
        var stored = (await states.LoadAsync([order]))[order];
        var other = stored.Restore(order, out _);
        other.Apply(Event(order, 2));
        var write = new CaseOutcome { State = CaseState.Of(other, [], 99), BaseVersion = stored.Version, BaseWriter = stored.Writer };
        (await states.StoreAsync("other", [new CaseWrite(order, write)])).ShouldBeEmpty();
        await cluster.IngestAsync([Event(order, 3)]);

        (await states.LoadAsync([order]))[order].Restore(order, out _).ToTimeline()
            .ShouldBe([Event(order, 1), Event(order, 2), Event(order, 3)]);
    }

    [Fact]
    public async Task Silos_that_die_during_a_backfill_cost_nothing_but_time()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var cluster = await GrainsCluster.StartAsync(silos: 3, database: database);
        var events = Orders.Events(seed: 10, orders: 2_500);
        var parts = events.GroupBy(static @event => @event.OrderId.StableHash() % 4).Select(static group => group.ToArray()).ToArray();

        var feeding = Task.WhenAll(parts.Select((part, number) => FeedAsync(cluster, part, $"events/{number}")));
        for (int kill = 0; kill < 3 && !feeding.IsCompleted; kill++)
        {
            await Task.WhenAny(feeding, Task.Delay(TimeSpan.FromMilliseconds(700)));
            await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[^1]);
            await cluster.Silos.StartAdditionalSiloAsync();
        }

        await feeding.WaitAsync(TimeSpan.FromSeconds(60));
        cluster.DeadLetters.All.ShouldBeEmpty();
        await cluster.ShouldCometoAsync(new Reference(events));
    }

    // As a stream does: a batch that fails is delivered again for as long as it takes.
    private static async Task FeedAsync(GrainsCluster cluster, FulfillmentEvent[] events, string partition)
    {
        for (int start = 0; start < events.Length;)
        {
            var part = events.AsSpan(start, Math.Min(100, events.Length - start)).ToArray();
            try
            {
                await cluster.Grains.GetGrain<IIngestGrain>(partition).Ingest(new IngestBatch(part, start, start + part.Length));
                start += part.Length;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                await Task.Delay(50);
            }
        }
    }

    private static FulfillmentEvent Event(OrderId order, int second) =>
        new(order, EventType.HandedToCarrier, new EventTime(second), Region.Parse("SP"), Region.Parse("RJ"), null);

    private sealed class FailingSteps : IIngestSteps
    {
        private int calls;

        public bool FailChanged { get; init; }

        public bool FailStored { get; init; }

        public int Failures => calls / 2;

        public Task ChangedAsync(string partition, CancellationToken cancellationToken) => FailChanged ? Fail() : Task.CompletedTask;

        public Task StoredAsync(string partition, CancellationToken cancellationToken) => FailStored ? Fail() : Task.CompletedTask;

        // Every batch fails once and succeeds when it is tried again.
        private Task Fail() => Interlocked.Increment(ref calls) % 2 == 1 ? Task.FromException(new IOException("The step fails.")) : Task.CompletedTask;
    }
}
