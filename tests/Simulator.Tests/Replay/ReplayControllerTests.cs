using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class ReplayControllerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly RecordingSink sink;
    private readonly ReplayController controller;

    public ReplayControllerTests()
    {
        sink = new RecordingSink(time);
        controller = new ReplayController((_, _) => ValueTask.FromResult<IHistory>(Shop.Steady(perSecond: 1, seconds: 1000)), () => sink, null, time);
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Fact]
    public async Task A_replay_runs_in_the_background_and_is_steered_while_it_does()
    {
        (await controller.GetAsync()).ShouldBeNull();
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 2 });
        await Eventually.Holds(() => sink.Sent.Count > 0, "the replay begins");

        var status = await controller.ChangeAsync(new ReplayChange(Paused: true, Speed: 5));
        status.State.ShouldBe(ReplayState.Paused);
        status.Speed.ShouldBe(5);
        status.Total.ShouldBe(1000);

        await controller.ChangeAsync(new ReplayChange(Paused: false, SeekTo: Shop.Opening + 999));
        await Eventually.Holds(async () => (await controller.GetAsync())!.State == ReplayState.Completed, "the replay ends");
        sink.Events.Last().EventAt.ShouldBe(Shop.Opening + 999);
    }

    [Fact]
    public async Task One_replay_runs_at_a_time()
    {
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 1 });
        (await Should.ThrowAsync<ReplayRejectedException>(async () => await controller.StartAsync(new ReplayRequest()))).Field.ShouldBeNull();

        (await controller.StopAsync())!.State.ShouldBe(ReplayState.Stopped);
        (await controller.StopAsync()).ShouldBeNull();
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Backfill });
        await Eventually.Holds(async () => (await controller.GetAsync())!.State == ReplayState.Completed, "the backfill ends");
    }

    [Fact]
    public async Task A_request_that_cannot_be_carried_out_names_its_field()
    {
        (await Should.ThrowAsync<ReplayRejectedException>(async () => await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, Speed = 0 }))).Field.ShouldBe("speed");
        (await Should.ThrowAsync<ReplayRejectedException>(async () => await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Window }))).Field.ShouldBe("from");
        (await controller.GetAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_change_is_made_wholly_or_not_at_all()
    {
        await Should.ThrowAsync<ReplayRejectedException>(async () => await controller.ChangeAsync(new ReplayChange(Paused: true)));
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 1 });
        await Eventually.Holds(() => sink.Sent.Count > 0, "the replay begins");

        await Should.ThrowAsync<ReplayRejectedException>(async () => await controller.ChangeAsync(new ReplayChange(Speed: 50, SeekTo: Shop.Opening + 5000)));

        (await controller.GetAsync())!.Speed.ShouldBe(1);
    }

    [Fact]
    public async Task A_pause_is_answered_when_the_batch_that_was_being_sent_has_been_taken()
    {
        var sending = new TaskCompletionSource();
        var taken = new TaskCompletionSource();
        sink.OnSend = async _ =>
        {
            sending.TrySetResult();
            await taken.Task;
        };
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 1 });
        await sending.Task;

        var answer = controller.ChangeAsync(new ReplayChange(Paused: true)).AsTask();
        answer.IsCompleted.ShouldBeFalse("emission has not stopped yet");
        taken.SetResult();
        (await answer).State.ShouldBe(ReplayState.Paused);
        int sent = sink.Sent.Count;
        time.Advance(TimeSpan.FromMinutes(1));
        sink.Sent.Count.ShouldBe(sent);
    }

    [Fact]
    public async Task A_seek_is_answered_with_the_new_time()
    {
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Replay, From = Shop.Opening, Speed = 1 });
        await Eventually.Holds(() => sink.Sent.Count > 0, "the replay begins");
        await controller.ChangeAsync(new ReplayChange(Paused: true));

        (await controller.ChangeAsync(new ReplayChange(SeekTo: Shop.Opening + 700))).VirtualTime.ShouldBe(Shop.Opening + 700);
        (await controller.ChangeAsync(new ReplayChange(SeekTo: Shop.Opening + 30))).VirtualTime.ShouldBe(Shop.Opening + 30);
    }

    [Fact]
    public async Task A_failure_is_told_and_another_replay_can_start()
    {
        sink.OnSend = _ => throw new IOException("The disk is full.");
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Backfill });
        await Eventually.Holds(async () => (await controller.GetAsync()) is { State: ReplayState.Failed, Error: not null }, "the failure is told");
        (await controller.GetAsync())!.Error.ShouldBe("The disk is full.");

        sink.OnSend = null;
        await controller.StartAsync(new ReplayRequest { Mode = ReplayMode.Backfill });
        await Eventually.Holds(async () => (await controller.GetAsync())!.State == ReplayState.Completed, "the next one ends");
    }
}
