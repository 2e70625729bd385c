using Eip.Grains;
using Eip.Grains.Abstractions;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Replay;

/// <summary>
/// The one replay of the cluster: it runs on the silo that this grain lives on, and how far it has come is stored every second. When that silo dies the
/// grain comes to life on another and goes on from there; the second that was under way is emitted again, which changes nothing.
/// </summary>
[GrainType("eip.replay")]
internal sealed partial class ReplayGrain(
    [PersistentState("replay", GrainStores.Lanes)] IPersistentState<ReplayRecord> state,
    ReplayControllers controllers,
    IPipelineStatus pipeline,
    TimeProvider time,
    ILogger<ReplayGrain> logger) : Grain, IReplayGrain
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StayFor = TimeSpan.FromMinutes(5);
    private ReplayController? controller;
    private GrainCoverage? coverage;

    // What earlier lives emitted; the controller counts its own.
    private long before;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(static (grain, _) => grain.TickAsync(), this, new GrainTimerCreationOptions(TimeSpan.Zero, SaveEvery));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What is stored says that it runs, so the next life goes on.
        if (controller is not null)
            await controller.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayAnswer> Get()
    {
        await ObserveAsync();
        return Answer();
    }

    /// <inheritdoc/>
    public async Task<ReplayAnswer> Start(ReplayOrder order)
    {
        await ObserveAsync();
        if (state.State.IsUnderWay)
            return new ReplayAnswer(null, $"Replay {state.State.Id} is running; stop it first.");
        try
        {
            before = 0;
            if (order is { Mode: ReplayMode.Replay, From: null } && await pipeline.WatermarkAsync() is { } watermark)
            {
                order.From = watermark.UnixSeconds;
                Coverage.Follow(watermark);
            }

            var status = await RunAsync(order.ToRequest());
            state.State = new ReplayRecord { Id = status.Id, Order = order, StartedAt = status.StartedAt };
            Observe(status);
            await state.WriteStateAsync();
            return Answer();
        }
        catch (ReplayRejectedException rejected)
        {
            return new ReplayAnswer(null, rejected.Message, rejected.Field);
        }
    }

    /// <inheritdoc/>
    public async Task<ReplayAnswer> Change(bool? paused, double? speed, long? seekTo)
    {
        try
        {
            await ObserveAsync();
            if (controller is null || !state.State.IsUnderWay)
                return new ReplayAnswer(null, "No replay is running.");
            Observe(await controller.ChangeAsync(new ReplayChange(paused, speed, seekTo is { } moment ? new Domain.EventTime(moment) : null)));
            await state.WriteStateAsync();
            return Answer();
        }
        catch (ReplayRejectedException rejected)
        {
            return new ReplayAnswer(null, rejected.Message, rejected.Field);
        }
    }

    /// <inheritdoc/>
    public async Task<ReplayAnswer> Stop()
    {
        await ObserveAsync();
        if (controller is null || !state.State.IsUnderWay || await controller.StopAsync() is not { } stopped)
            return new ReplayAnswer(null);
        Observe(stopped);
        await state.WriteStateAsync();
        return Answer();
    }

    private GrainCoverage Coverage => coverage ??= new GrainCoverage(state.State);

    private ReplayAnswer Answer() => new(state.State.Id.Length == 0 ? null : state.State);

    private async Task TickAsync()
    {
        try
        {
            if (state.State.IsUnderWay && controller is null)
                await GoOnAsync();
            if (!state.State.IsUnderWay)
                return;
            DelayDeactivation(StayFor);
            await ObserveAsync();
            await state.WriteStateAsync();
        }
        catch (Exception exception) when (exception is not ReplayRejectedException)
        {
            // Another life of this grain may have taken over; whichever reads what is stored next is right.
            LogNotSaved(logger, state.State.Id, exception);
            DeactivateOnIdle();
        }
    }

    private async Task GoOnAsync()
    {
        var record = state.State;
        before = record.Emitted;
        var request = record.Order.ToRequest() with { Speed = record.Speed > 0 ? record.Speed : record.Order.Speed };
        if (record.VirtualTime is { } reached)
            request = request with { From = new Domain.EventTime(reached) };
        LogGoesOn(logger, record.Id, request.From);
        try
        {
            await RunAsync(request);
            if (record.State == ReplayState.Paused)
                await controller!.ChangeAsync(new ReplayChange(Paused: true));
        }
        catch (ReplayRejectedException rejected)
        {
            (record.State, record.Error, record.EndedAt) = (ReplayState.Failed, rejected.Message, time.GetUtcNow());
            await state.WriteStateAsync();
        }
    }

    private async Task<ReplayStatus> RunAsync(ReplayRequest request)
    {
        controller ??= controllers.Create(Coverage);
        return await controller.StartAsync(request);
    }

    private async ValueTask ObserveAsync()
    {
        if (controller is null && state.State.IsUnderWay)
            await GoOnAsync();
        if (controller is not null && state.State.IsUnderWay && await controller.GetAsync() is { } status)
        {
            Observe(status);
            if (!state.State.IsUnderWay)
                await state.WriteStateAsync();
        }
    }

    private void Observe(ReplayStatus status)
    {
        var record = state.State;
        (record.State, record.Speed, record.EventsPerSecond, record.Delay) = (status.State, status.Speed, status.EventsPerSecond, status.Delay);
        (record.Emitted, record.Total, record.EndedAt, record.Error) = (before + status.Emitted, before + status.Total, status.EndedAt, status.Error);
        record.VirtualTime = status.VirtualTime?.UnixSeconds ?? record.VirtualTime;
        Coverage.CopyTo(record);
    }

    [LoggerMessage(EventId = 4201, Level = LogLevel.Information, Message = "Replay {Id} goes on at {From}.")]
    private static partial void LogGoesOn(ILogger logger, string id, Domain.EventTime? from);

    [LoggerMessage(EventId = 4202, Level = LogLevel.Warning, Message = "How far replay {Id} has come could not be stored; it goes on from what is stored.")]
    private static partial void LogNotSaved(ILogger logger, string id, Exception exception);
}
