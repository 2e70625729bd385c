using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Tests.Engine;

public sealed class LiveFeedTests
{
    private static readonly OrderId Order = OrderId.Parse("live-1");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_subscriber_that_resumes_gets_what_it_missed_and_then_what_comes()
    {
        using var feed = new LiveFeed(100, 100, TimeProvider.System);
        feed.Publish(null, Card(EventType.OrderPlaced), null);
        feed.Publish(null, Card(EventType.OrderPlaced), null);
        feed.Publish(null, Card(EventType.OrderPlaced), null);
        var seen = await Take(feed, afterId: 0, 3);
        seen.Select(change => change.Id - seen[0].Id).ShouldBe([0, 1, 2]);

        await using var resumed = feed.SubscribeAsync(seen[0].Id, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await Next(resumed))!.Id.ShouldBe(seen[1].Id);
        feed.Tick(new EventTime(7));
        (await Next(resumed))!.Id.ShouldBe(seen[2].Id);
        var tick = (await Next(resumed))!;
        tick.ShouldBe(new LiveChange(seen[2].Id + 1, LiveKind.Tick, null, null, new EventTime(7)));
    }

    [Fact]
    public async Task A_feed_remembers_only_so_much()
    {
        using var feed = new LiveFeed(3, 100, TimeProvider.System);
        for (int i = 0; i < 10; i++)
            feed.Tick(new EventTime(i));
        (await Take(feed, afterId: 0, 3)).Select(change => change.Watermark!.Value.UnixSeconds).ShouldBe([7, 8, 9]);
    }

    [Fact]
    public async Task A_subscriber_that_falls_behind_is_dropped_and_publishing_never_waits()
    {
        using var feed = new LiveFeed(100, 5, TimeProvider.System);
        await using var slow = feed.SubscribeAsync(null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = slow.MoveNextAsync();
        feed.Tick(null);
        (await first).ShouldBeTrue();
        for (int i = 0; i < 50; i++)
            feed.Tick(null);
        feed.SubscriberCount.ShouldBe(0);
        int left = 0;
        while (await Next(slow) is not null)
            left++;
        left.ShouldBe(5);
    }

    [Fact]
    public async Task A_card_that_became_late_was_cancelled_or_shows_a_new_anomaly_raises_an_alert_once()
    {
        using var feed = new LiveFeed(100, 100, TimeProvider.System);
        var placed = Card(EventType.OrderPlaced);
        var late = Card(EventType.OrderPlaced, EventType.DeliveryDelayed);
        var odd = Card(EventType.OrderPlaced, EventType.DeliveryDelayed, EventType.Delivered);
        var cancelled = Card(EventType.OrderPlaced, EventType.DeliveryDelayed, EventType.Delivered, EventType.OrderCancelled);
        feed.Publish(null, placed, null);
        feed.Publish(placed, late, null);
        feed.Publish(late, odd, null);
        feed.Publish(odd, cancelled, null);
        var changes = await Take(feed, 0, 9);
        changes.Select(change => change.Alert).ShouldBe(
            [null, null, "LATE", null, "MISSING_APPROVAL", "MISSING_HANDOFF", null, "CANCELLED", "DELIVERED_AND_CANCELLED"]);
        changes.ShouldAllBe(change => change.Kind == (change.Alert == null ? LiveKind.Card : LiveKind.Alert));
    }

    [Fact]
    public async Task Ids_of_a_later_process_are_greater_so_that_a_stale_subscriber_misses_nothing()
    {
        var clock = new TestClock();
        using var earlier = new LiveFeed(10, 10, clock);
        earlier.Tick(null);
        long last = (await Take(earlier, 0, 1))[0].Id;
        clock.Advance(TimeSpan.FromSeconds(1));
        using var later = new LiveFeed(10, 10, clock);
        later.Tick(new EventTime(5));
        (await Take(later, last, 1))[0].Watermark.ShouldBe(new EventTime(5));
    }

    [Fact]
    public async Task A_running_pipeline_tells_changes_and_ticks_and_nothing_of_repetitions()
    {
        using var home = new TestHome();
        var clock = new TestClock();
        await using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions { LiveFeed = true, TimeProvider = clock }, new MemoryLog(2));
        await using var changes = pipeline.SubscribeAsync(null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = changes.MoveNextAsync().AsTask();
        pipeline.Start();
        await pipeline.AppendAsync(new[] { Event(EventType.OrderPlaced) }, TestContext.Current.CancellationToken);
        (await first.WaitAsync(Deadline, TestContext.Current.CancellationToken)).ShouldBeTrue();
        changes.Current.Card!.CurrentStatus.ShouldBe(CaseStatus.Placed);

        await pipeline.AppendAsync(new[] { Event(EventType.OrderPlaced) }, TestContext.Current.CancellationToken);
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(1));
        var tick = (await Next(changes))!;
        tick.Kind.ShouldBe(LiveKind.Tick);
        tick.Watermark.ShouldBe(Event(EventType.OrderPlaced).EventAt);

        await pipeline.AppendAsync(new[] { Event(EventType.DeliveryDelayed) }, TestContext.Current.CancellationToken);
        (await Next(changes))!.Card!.IsLate.ShouldBeTrue();
        (await Next(changes))!.Alert.ShouldBe("LATE");
    }

    private static FulfillmentEvent Event(EventType type) =>
        new(Order, type, new EventTime(1_520_000_000 + ((int)type * 1_000)), Region.Parse("SP"), Region.Parse("RJ"), null);

    private static CaseCard Card(params EventType[] types)
    {
        var @case = new FulfillmentCase(Order);
        foreach (var type in types)
            @case.Apply(Event(type));
        return @case.ToCard();
    }

    private static async Task<List<LiveChange>> Take(LiveFeed feed, long? afterId, int count)
    {
        await using var changes = feed.SubscribeAsync(afterId, TestContext.Current.CancellationToken).GetAsyncEnumerator();
        var taken = new List<LiveChange>();
        while (taken.Count < count)
            taken.Add((await Next(changes))!);
        return taken;
    }

    private static async Task<LiveChange?> Next(IAsyncEnumerator<LiveChange> changes) =>
        await changes.MoveNextAsync().AsTask().WaitAsync(Deadline, TestContext.Current.CancellationToken) ? changes.Current : null;
}
