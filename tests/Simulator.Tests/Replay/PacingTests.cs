using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class PacingTests
{
    private readonly ManualTimeProvider time = new();
    private readonly RecordingSink sink;

    public PacingTests() => sink = new RecordingSink(time);

    [Fact]
    public async Task At_50_000_events_a_second_every_event_goes_within_20_ms_of_its_due_time_and_never_before()
    {
        const double speed = 3600;
        var history = Shop.Steady(perSecond: 14, seconds: 3600 * 5);
        var start = time.GetUtcNow();

        var summary = await RunAsync(Paced(speed), history);

        summary.Emitted.ShouldBe(history.Count);
        var lateness = sink.Sent.Select(sent => sent.At - Due(sent.Emission.Event, start, speed)).ToArray();
        lateness.Min().ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        lateness.Max().ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task The_clock_does_not_drift_over_a_minute()
    {
        const double speed = 3600;
        var history = Shop.Steady(perSecond: 1, seconds: 3600 * 60);
        var start = time.GetUtcNow();

        await RunAsync(Paced(speed), history);

        var took = time.GetUtcNow() - start;
        double drift = (took.TotalSeconds * speed / ((3600 * 60) - 1)) - 1;
        Math.Abs(drift).ShouldBeLessThan(0.001);
        sink.Sent.Select(sent => sent.At - Due(sent.Emission.Event, start, speed)).Max().ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Recorded_gaps_are_kept()
    {
        await RunAsync(Paced(60), Shop.At(0, 60, 36_000));

        Offsets().ShouldBe([0, 1, 600], tolerance: 0.01);
    }

    [Fact]
    public async Task A_greatest_gap_shortens_longer_ones_and_no_others()
    {
        await RunAsync(Paced(60) with { MaxGap = TimeSpan.FromSeconds(5) }, Shop.At(0, 60, 36_000, 36_060));

        Offsets().ShouldBe([0, 1, 6, 7], tolerance: 0.01);
    }

    [Fact]
    public async Task A_rate_bound_spreads_a_burst()
    {
        var history = Shop.At([.. Enumerable.Repeat(0L, 5000)]);

        await RunAsync(Paced(1) with { MaxRate = 1000 }, history);

        Offsets()[^1].ShouldBeInRange(4.9, 5.1);
        sink.Sent.GroupBy(sent => sent.At.ToUnixTimeSeconds()).Max(second => second.Count()).ShouldBeLessThanOrEqualTo(1050);
    }

    [Fact]
    public async Task A_rate_bound_holds_in_a_window_too()
    {
        var history = Shop.At([.. Enumerable.Repeat(0L, 500)]);

        await RunAsync(new ReplayPlan { Mode = ReplayMode.Window, From = Shop.Opening, To = Shop.Opening, MaxRate = 100 }, history);

        Offsets()[^1].ShouldBeInRange(4.9, 5.1);
    }

    [Fact]
    public async Task A_sink_that_cannot_keep_up_holds_the_clock_and_loses_nothing()
    {
        var history = Shop.Steady(perSecond: 1, seconds: 100);
        sink.OnSend = batch =>
        {
            time.Advance(TimeSpan.FromSeconds(2 * batch.Length));
            return ValueTask.CompletedTask;
        };

        var summary = await RunAsync(Paced(1), history);

        sink.Events.Count().ShouldBe(100);
        // Twice the time goes by; what is more than the clock's own is the delay.
        summary.Delay.TotalSeconds.ShouldBeInRange(95, 105);
    }

    [Fact]
    public async Task A_sink_that_stumbles_for_a_moment_catches_up_and_the_clock_keeps_its_time()
    {
        bool stumbled = false;
        var start = time.GetUtcNow();
        sink.OnSend = _ =>
        {
            if (!stumbled)
                time.Advance(TimeSpan.FromMilliseconds(200));
            stumbled = true;
            return ValueTask.CompletedTask;
        };

        var summary = await RunAsync(Paced(10), Shop.Steady(perSecond: 1, seconds: 100));

        summary.Delay.ShouldBe(TimeSpan.Zero);
        (sink.Sent[^1].At - start).TotalSeconds.ShouldBe(9.9, tolerance: 0.01);
    }

    [Fact]
    public async Task No_event_time_is_ever_rewritten()
    {
        var history = Shop.Of(50);

        await RunAsync(Paced(86_400 * 100), history);

        sink.Events.ShouldBe(history.Events());
    }

    private static ReplayPlan Paced(double speed) => new() { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = speed };

    private static DateTimeOffset Due(FulfillmentEvent @event, DateTimeOffset start, double speed) => start.AddSeconds((@event.EventAt - Shop.Opening) / speed);

    private double[] Offsets() => [.. sink.Sent.Select(sent => (sent.At - sink.Sent[0].At).TotalSeconds)];

    private async Task<ReplaySummary> RunAsync(ReplayPlan plan, IHistory history)
    {
        var run = new ReplayDriver(plan, history, sink, journal: null, time).RunAsync();
        await time.RunAsync(run);
        return await run;
    }
}
