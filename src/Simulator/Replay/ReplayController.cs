using Eip.Pipeline.Ports;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Replay;

/// <summary>Runs replays in the background of a host, one at a time, and steers the one that runs: what the Ops API works through.</summary>
/// <param name="openHistory">Opens the data set of a request, or the host's own.</param>
/// <param name="sink">Where events go.</param>
/// <param name="journal">Where checkpoints and the journal are kept.</param>
/// <param name="time">Real time.</param>
/// <param name="coverage">Remembers what was emitted, so that what is missing is named.</param>
public sealed class ReplayController(
    Func<string?, CancellationToken, ValueTask<IHistory>> openHistory, Func<IReplaySink> sink, ReplayJournal? journal, TimeProvider time, ICoverageStore? coverage = null)
    : IReplayControl, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim gate = new(1, 1);
    private Run? run;

    /// <inheritdoc/>
    public ValueTask<ReplayStatus?> GetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(run?.Status());

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MissingRange>> MissingAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(coverage?.Missing ?? []);

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus> StartAsync(ReplayRequest request, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (run is { IsEnding: true } ending)
                await ending.EndAsync(cancellationToken);
            if (run is { IsOver: false } running)
                throw new ReplayRejectedException(null, $"Replay {running.Driver.Id} is running; stop it first.");
            var history = await openHistory(request.Data, cancellationToken);
            run = new Run(request, history, sink(), journal, time, coverage);
            return run.Status();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus> ChangeAsync(ReplayChange change, CancellationToken cancellationToken = default)
    {
        if (run is not { IsOver: false } running)
            throw new ReplayRejectedException(null, "No replay is running.");
        // What can be refused comes first, so that a change is made wholly or not at all.
        if (change.SeekTo is { } moment)
            running.Driver.CheckSeek(moment);
        if (change.Speed is { } speed)
            running.Driver.SetSpeed(speed);
        if (change.SeekTo is { } target)
            running.Driver.SeekTo(target);
        if (change.Paused is { } paused)
        {
            if (paused)
                running.Driver.Pause();
            else
                running.Driver.Resume();
        }

        try
        {
            await running.Driver.AppliedAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ReplayRejectedException(
                null, $"The events that are being sent have not been taken within {Patience.TotalSeconds:0} s. The change takes effect when they are; ask for the replay again.");
        }

        return running.Status();
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus?> StopAsync(CancellationToken cancellationToken = default)
    {
        if (run is not { IsOver: false } running)
            return null;
        await running.StopAsync(cancellationToken);
        return running.Status();
    }

    /// <summary>Stops the replay that runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        run?.Dispose();
        gate.Dispose();
    }

    private sealed class Run : IDisposable
    {
        private readonly ReplayRequest request;
        private readonly TimeProvider time;
        private readonly DateTimeOffset startedAt;
        private readonly CancellationTokenSource stop = new();
        private readonly Task task;
        private DateTimeOffset? endedAt;
        private string? error;

        public Run(ReplayRequest request, IHistory history, IReplaySink sink, ReplayJournal? journal, TimeProvider time, ICoverageStore? coverage)
        {
            (this.request, this.time, startedAt) = (request, time, time.GetUtcNow());
            Driver = new ReplayDriver(ReplayPlan.Of(request), history, sink, journal, time, coverage);
            task = Task.Run(() => RunAsync(sink));
        }

        public ReplayDriver Driver { get; }

        public bool IsOver => task.IsCompleted;

        /// <summary>Whether nothing is emitted any more, so that the end is a moment away.</summary>
        public bool IsEnding => Driver.Progress.State is ReplayState.Completed or ReplayState.Stopped or ReplayState.Failed;

        public ReplayStatus Status()
        {
            var progress = Driver.Progress;
            return new ReplayStatus(
                Driver.Id, request, progress.State, progress.Speed ?? request.Speed, progress.VirtualTime, progress.Position, progress.Total,
                progress.PerSecond, progress.Delay, startedAt, endedAt, error);
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await stop.CancelAsync();
            await EndAsync(cancellationToken);
        }

        public Task EndAsync(CancellationToken cancellationToken) => task.WaitAsync(cancellationToken);

        public void Dispose() => stop.Dispose();

        private async Task RunAsync(IReplaySink sink)
        {
            try
            {
                await using (sink)
                    await Driver.RunAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The driver's state says so already.
            }
            catch (Exception exception)
            {
                error = exception.Message;
            }

            endedAt = time.GetUtcNow();
        }
    }
}
