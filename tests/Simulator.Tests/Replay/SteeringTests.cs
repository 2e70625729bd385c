using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class SteeringTests
{
    private readonly ManualTimeProvider time = new();
    private readonly RecordingSink sink;
    private readonly DateTimeOffset start;

    public SteeringTests()
    {
        sink = new RecordingSink(time);
        start = time.GetUtcNow();
    }

    [Fact]
    public async Task While_paused_nothing_is_emitted_and_the_clock_stands()
    {
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 21));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(5.5));

        driver.Pause();
        int sent = sink.Sent.Count;
        time.Advance(TimeSpan.FromMinutes(1));
        driver.Progress.State.ShouldBe(ReplayState.Paused);
        driver.Progress.VirtualTime.ShouldBe(Shop.Opening + 5);
        sink.Sent.Count.ShouldBe(sent);

        driver.Resume();
        await time.RunAsync(run);
        sink.Sent.Count.ShouldBe(21);
        sink.Sent[^1].At.ShouldBe(At(20 + 60), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_new_speed_holds_from_the_moment_it_is_set()
    {
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 101));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(50));

        driver.SetSpeed(10);
        await time.RunAsync(run);

        sink.Sent.Count.ShouldBe(101);
        sink.Sent[^1].At.ShouldBe(At(55), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_seek_goes_on_at_another_moment_without_waiting_for_what_lies_between()
    {
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 1000));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(10.5));

        driver.SeekTo(Shop.Opening + 990);
        await driver.AppliedAsync();
        await time.RunAsync(run);

        sink.Events.Select(@event => @event.EventAt - Shop.Opening).ShouldBe([.. Enumerable.Range(0, 11), .. Enumerable.Range(990, 10)]);
        sink.Sent[^1].At.ShouldBe(At(10.5 + 9), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_seek_back_emits_again()
    {
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 20));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(9.5));

        driver.SeekTo(Shop.Opening + 5);
        await Eventually.Holds(() => driver.Progress.VirtualTime < Shop.Opening + 9, "the clock stands where it was set");
        await time.RunAsync(run);

        sink.Sent.Count.ShouldBe(10 + 15);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing()
    {
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 10));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(1.5));

        Should.Throw<ReplayRejectedException>(() => driver.SetSpeed(0)).Field.ShouldBe("speed");
        Should.Throw<ReplayRejectedException>(() => driver.SetSpeed(double.NaN)).Field.ShouldBe("speed");
        Should.Throw<ReplayRejectedException>(() => driver.SeekTo(Shop.Opening + 3600)).Field.ShouldBe("seekTo");
        await time.RunAsync(run);
        sink.Sent[^1].At.ShouldBe(At(9), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task A_stop_ends_at_a_clean_point_and_says_so()
    {
        using var stop = new CancellationTokenSource();
        var driver = Driver(Shop.Steady(perSecond: 1, seconds: 100));
        var run = driver.RunAsync(stop.Token);
        await time.RunAsync(run, At(10.5));

        await stop.CancelAsync();
        var summary = await run;

        summary.Outcome.ShouldBe(ReplayOutcome.Stopped);
        summary.Emitted.ShouldBe(11);
        summary.VirtualTime.ShouldBe(Shop.Opening + 10);
        driver.Progress.State.ShouldBe(ReplayState.Stopped);
    }

    [Fact]
    public async Task Without_a_start_it_goes_on_where_the_sink_stands()
    {
        sink.Watermark = Shop.Opening + 95;
        var run = new ReplayDriver(new ReplayPlan { Mode = ReplayMode.Replay }, Shop.Steady(perSecond: 1, seconds: 100), sink, null, time).RunAsync();
        await time.RunAsync(run);

        sink.Events.Select(@event => @event.EventAt - Shop.Opening).ShouldBe([95, 96, 97, 98, 99]);
    }

    [Fact]
    public async Task Progress_tells_position_target_virtual_time_and_what_is_left()
    {
        var driver = Driver(Shop.Steady(perSecond: 10, seconds: 101));
        var run = driver.RunAsync();
        await time.RunAsync(run, At(40.5));

        var progress = driver.Progress;
        progress.State.ShouldBe(ReplayState.Running);
        progress.Position.ShouldBe(410);
        progress.Total.ShouldBe(1010);
        progress.VirtualTime.ShouldBe(Shop.Opening + 40);
        progress.Target.ShouldBe(Shop.Opening + 100);
        progress.Left!.Value.TotalSeconds.ShouldBe(59.5, tolerance: 0.01);
        progress.PerSecond.ShouldBe(10, tolerance: 1);
        await time.RunAsync(run);
    }

    [Fact]
    public async Task The_clock_stops_at_the_last_event_and_when_the_replay_is_stopped()
    {
        var driver = new ReplayDriver(
            new ReplayPlan { Mode = ReplayMode.Replay, From = Shop.Opening, To = Shop.Opening + 1_000_000 }, Shop.Steady(perSecond: 1, seconds: 10), sink, null, time);
        await time.RunAsync(driver.RunAsync());
        time.Advance(TimeSpan.FromDays(3650));
        driver.Progress.VirtualTime.ShouldBe(Shop.Opening + 9);
        driver.Progress.Target.ShouldBe(Shop.Opening + 9);

        using var stop = new CancellationTokenSource();
        var stopped = Driver(Shop.At(0, 1000));
        var run = stopped.RunAsync(stop.Token);
        await time.RunAsync(run, time.GetUtcNow().AddSeconds(10.5));
        await stop.CancelAsync();
        await run;
        time.Advance(TimeSpan.FromDays(1));
        stopped.Progress.VirtualTime.ShouldBe(Shop.Opening + 10);
    }

    private DateTimeOffset At(double seconds) => start.AddSeconds(seconds);

    private ReplayDriver Driver(IHistory history) =>
        new(new ReplayPlan { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 1 }, history, sink, null, time);
}
