using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Replay;

/// <summary>
/// The one driver of backfill, scaled-time replay and window backfill. It reads a history from the first event to the last, holds no more of it than a
/// batch and the fault plan's window, and sends each emission to the sink, in the paced mode when its time comes. Runs once; steering it is safe from
/// any thread.
/// </summary>
public sealed class ReplayDriver
{
    private const int PacedBatchLength = 4096;
    private const int UnpacedBatchLength = 8192;
    private readonly ReplayPlan plan;
    private readonly IHistory history;
    private readonly IReplaySink sink;
    private readonly ReplayJournal? journal;
    private readonly TimeProvider time;
    private readonly ReplaySteering steering = new();
    private readonly CoverageTracker coverage;
    private readonly EventTime end;
    private readonly RateMeter meter;
    private readonly Emission[] buffer;
    private readonly Lock gate = new();
    private VirtualClock? clock;
    private ReplayState state = ReplayState.Preparing;
    private long position, emitted, malformed;
    private long? total;
    private EventTime? nextDue, reached;

    /// <summary>A driver for one run.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="history">The events.</param>
    /// <param name="sink">Where they go; the caller disposes of it.</param>
    /// <param name="journal">Where checkpoints and the journal are kept; null to keep none.</param>
    /// <param name="time">Real time.</param>
    /// <param name="coverage">Remembers what was emitted to the sink, so that what is missing is named; null to name nothing.</param>
    /// <exception cref="ReplayRejectedException">The plan cannot be carried out on this history.</exception>
    public ReplayDriver(ReplayPlan plan, IHistory history, IReplaySink sink, ReplayJournal? journal, TimeProvider time, ICoverageStore? coverage = null)
    {
        plan.Validate(history);
        end = plan.To < history.Last ? plan.To.Value : history.Last!.Value;
        this.coverage = new CoverageTracker(plan, history, coverage);
        (this.plan, this.history, this.sink, this.journal, this.time) = (plan, history, sink, journal, time);
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("n");
        meter = new RateMeter(time);
        buffer = new Emission[plan.IsPaced ? PacedBatchLength : UnpacedBatchLength];
    }

    /// <summary>The run's id, as in the journal.</summary>
    public string Id { get; }

    /// <summary>How far it has come.</summary>
    public ReplayProgress Progress
    {
        get
        {
            lock (gate)
            {
                // While the sink is busy the clock runs on, but what it shows never passes what is still to be sent, nor the last event.
                var virtualTime = clock is not null && nextDue is { } due ? (clock.Now is var now && now < due ? now : due) : reached;
                double perSecond = meter.PerSecond;
                TimeSpan? left = clock is not null ? clock.RealTimeUntil(end)
                    : total is { } all && perSecond > 0 ? TimeSpan.FromSeconds((all - position) / perSecond)
                    : null;
                return new ReplayProgress(
                    state, position, total, virtualTime, end, clock?.Rate, perSecond, clock?.Delay ?? TimeSpan.Zero, left > TimeSpan.Zero ? left : left is null ? null : TimeSpan.Zero);
            }
        }
    }

    /// <summary>Pauses; nothing is emitted until <see cref="Resume"/>.</summary>
    public void Pause() => SetPaused(true);

    /// <summary>Goes on after a pause.</summary>
    public void Resume() => SetPaused(false);

    /// <summary>Changes the speed of the clock from now on.</summary>
    /// <exception cref="ReplayRejectedException">It is no speed, or the mode has no clock.</exception>
    public void SetSpeed(double speed)
    {
        if (SpeedText.Check(speed) is { } reason)
            throw new ReplayRejectedException("speed", $"speed: {SpeedText.Format(speed)} {reason}");
        if (!plan.IsPaced)
            throw new ReplayRejectedException("speed", $"speed: a {plan.Mode.ToString().ToLowerInvariant()} has no clock; it runs as fast as it can.");
        var running = clock ?? throw new ReplayRejectedException(null, "The replay is still preparing.");
        running.Rate = speed;
        steering.Notify();
    }

    /// <summary>Goes on from another moment, forward or back. What lies between is left out, or emitted again.</summary>
    /// <exception cref="ReplayRejectedException">The moment lies outside what is replayed.</exception>
    public void SeekTo(EventTime moment)
    {
        CheckSeek(moment);
        steering.Seek(moment);
    }

    internal void CheckSeek(EventTime moment)
    {
        if (moment < history.First || moment > end)
            throw new ReplayRejectedException("seekTo", $"seekTo: {moment} lies outside what is replayed, {history.First} to {end}.");
    }

    /// <summary>
    /// Completes when every change so far has taken effect: after a pause nothing more is emitted, after a seek the clock stands where it was set. Also
    /// completes when the run ends.
    /// </summary>
    /// <exception cref="ReplayRejectedException">The run came to its end before it could go to the moment of a seek.</exception>
    public async Task AppliedAsync(CancellationToken cancellationToken = default)
    {
        await steering.SettledAsync(cancellationToken);
        if (state is not (ReplayState.Running or ReplayState.Paused) && steering.TakeSeek() is { } moment)
            throw new ReplayRejectedException(null, $"The replay came to its end before it could go to {moment}.");
    }

    /// <summary>
    /// Runs to the end, or until <paramref name="stop"/> is cancelled: then it ends after the batch that is being sent, at a point from which the same
    /// plan goes on.
    /// </summary>
    /// <exception cref="ReplayRejectedException">There is nothing to replay in the range that the sink's watermark leaves.</exception>
    public async Task<ReplaySummary> RunAsync(CancellationToken stop = default)
    {
        var startedAt = time.GetUtcNow();
        using var checkpoint = journal is null ? null : ReplayCheckpoint.Open(journal.CheckpointPath(plan.Fingerprint(history, sink.Name)));
        EmissionSource? source = null;
        try
        {
            var begin = await OpenAsync(checkpoint, stop);
            source = new EmissionSource(plan.Emissions(history, begin.ReadFromTime));
            source.Skip(begin.Position, stop);
            long all = plan.Count(history, begin.ReadFromTime, stop);
            bool resumed = checkpoint?.State is not null;
            journal?.Started(plan, Id, history.Identity, sink.Name, startedAt, resumed ? begin.Position : null, all);
            StartClock(begin, source, all);
            coverage.Begin(begin.ReadFromTime);
            await FinishPendingAsync(source, checkpoint, begin, stop);
            (source, begin) = await EmitAsync(source, checkpoint, begin, stop);
            var outcome = source.HasNext ? ReplayOutcome.Stopped : ReplayOutcome.Completed;
            if (outcome == ReplayOutcome.Completed)
            {
                coverage.Sent(nextDue: null, plan.To ?? end);
                checkpoint?.Clear();
            }

            coverage.Save();
            state = outcome == ReplayOutcome.Completed ? ReplayState.Completed : ReplayState.Stopped;
            var summary = Summarize(outcome, resumed, startedAt);
            journal?.Ended(plan, summary, history.Identity, sink.Name, error: null);
            return summary;
        }
        catch (Exception exception)
        {
            bool stopped = exception is OperationCanceledException && stop.IsCancellationRequested;
            state = stopped ? ReplayState.Stopped : ReplayState.Failed;
            journal?.Ended(plan, Summarize(ReplayOutcome.Stopped, resumed: false, startedAt), history.Identity, sink.Name, stopped ? null : exception.Message);
            throw;
        }
        finally
        {
            if (clock is not null)
                clock.Paused = true;
            source?.Dispose();
            steering.End();
        }
    }

    // Where to begin: at the checkpoint if there is one that still holds, else where the plan says or the sink stands.
    private async ValueTask<CheckpointState> OpenAsync(ReplayCheckpoint? checkpoint, CancellationToken stop)
    {
        bool followsSink = plan.IsPaced && plan.From is null;
        if (checkpoint?.State is { } saved)
        {
            bool holds = await sink.OpenAsync(saved.Mark, stop);
            // Somebody else moved the sink on beyond what that replay can have sent.
            bool overtaken = holds && followsSink && await sink.WatermarkAsync(stop) > saved.ReachedTime;
            if (holds && !overtaken)
                return saved;
            checkpoint.Clear();
        }

        await sink.OpenAsync(mark: null, stop);
        var from = plan.From;
        if (followsSink)
            from = await sink.WatermarkAsync(stop);
        if (from > end)
            throw new ReplayRejectedException("from", $"Nothing is left to replay: {sink.Name} stands at {from}, the range ends at {end}. Name another start with from.");
        if (followsSink && from is { } watermark)
            coverage.Follow(watermark);
        return new CheckpointState(Id, from?.UnixSeconds, 0, null, sink.Mark());
    }

    private void StartClock(CheckpointState begin, EmissionSource source, long all)
    {
        lock (gate)
        {
            (position, total) = (begin.Position, all);
            nextDue = source.HasNext ? source.Next.DueAt : null;
            reached = begin.ReachedTime;
            if (plan.IsPaced)
            {
                clock = new VirtualClock(time, begin.ReachedTime ?? begin.ReadFromTime ?? history.First!.Value, plan.Speed) { Paused = steering.Paused };
            }

            state = steering.Paused ? ReplayState.Paused : ReplayState.Running;
        }
    }

    // The batch that an earlier run was sending when it died: it may have arrived wholly, in part or not at all.
    private async ValueTask FinishPendingAsync(EmissionSource source, ReplayCheckpoint? checkpoint, CheckpointState begin, CancellationToken stop)
    {
        if (begin.Pending == 0)
            return;
        var batch = new List<Emission>(begin.Pending);
        while (batch.Count < begin.Pending && source.HasNext)
            batch.Add(source.Take());
        var missing = await sink.MissingAsync(batch.ToArray(), begin.Mark, begin.Attempts, stop);
        checkpoint?.Save(begin with { Attempts = begin.Attempts + 1 });
        if (missing.Length > 0)
            await sink.SendAsync(missing, stop);
        Sent(source, batch.Count, missing.Span);
        checkpoint?.Save(new CheckpointState(begin.ReplayId, begin.ReadFrom, source.Position, reached?.UnixSeconds, sink.Mark()));
    }

    private async Task<(EmissionSource, CheckpointState)> EmitAsync(
        EmissionSource source, ReplayCheckpoint? checkpoint, CheckpointState begin, CancellationToken stop)
    {
        var pacer = new Pacer(time, clock, plan.MaxGap, plan.MaxRate);
        // A batch under way gets a moment to arrive, so that a stop leaves nothing in doubt.
        using var hurry = new CancellationTokenSource();
        await using var stopping = stop.Register(() => hurry.CancelAfter(TimeSpan.FromSeconds(5)));
        while (!stop.IsCancellationRequested)
        {
            var (changed, asked) = steering.Look();
            if (steering.TakeSeek() is { } moment)
            {
                source.Dispose();
                (source, begin) = Seek(moment, checkpoint, begin);
                continue;
            }

            steering.Settle(asked);
            if (steering.Paused)
            {
                await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, stop));
                continue;
            }

            if (!source.HasNext)
                break;
            int count;
            EventTime now;
            try
            {
                (count, now) = await pacer.WaitAsync(source.Next.DueAt, changed, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }

            if (count == 0)
                continue;
            count = Fill(source, count, now);
            var sending = buffer.AsMemory(0, count);
            long first = source.Position - count;
            checkpoint?.Save(new CheckpointState(begin.ReplayId, begin.ReadFrom, first, buffer[count - 1].DueAt.UnixSeconds, sink.Mark(), count, Attempts: 1));
            await sink.SendAsync(sending, hurry.Token);
            Sent(source, count, sending.Span);
            checkpoint?.Save(new CheckpointState(begin.ReplayId, begin.ReadFrom, source.Position, reached?.UnixSeconds, sink.Mark()));
            pacer.Sent(count, nextDue);
        }

        return (source, begin);
    }

    private int Fill(EmissionSource source, int allowance, EventTime now)
    {
        int count = 0;
        for (int most = Math.Min(allowance, buffer.Length); count < most && source.HasNext && source.Next.DueAt <= now; count++)
            buffer[count] = source.Take();
        return count;
    }

    private void Sent(EmissionSource source, int count, ReadOnlySpan<Emission> sent)
    {
        int bad = 0;
        foreach (ref readonly var emission in sent)
            bad += emission.IsMalformed ? 1 : 0;
        meter.Add(sent.Length);
        lock (gate)
        {
            position += count;
            malformed += bad;
            emitted += sent.Length - bad;
            nextDue = source.HasNext ? source.Next.DueAt : null;
            if (sent.Length > 0 && (reached is null || reached < sent[^1].DueAt))
                reached = sent[^1].DueAt;
        }

        if (nextDue is { } next)
            coverage.Sent(next, end);
    }

    private (EmissionSource, CheckpointState) Seek(EventTime moment, ReplayCheckpoint? checkpoint, CheckpointState begin)
    {
        var source = new EmissionSource(plan.Emissions(history, moment));
        long left = plan.Count(history, moment);
        begin = new CheckpointState(begin.ReplayId, moment.UnixSeconds, 0, moment.UnixSeconds, sink.Mark());
        checkpoint?.Save(begin);
        lock (gate)
        {
            total = position + left;
            reached = moment;
            nextDue = source.HasNext ? source.Next.DueAt : null;
            clock?.SeekTo(moment);
        }

        coverage.Begin(moment);
        return (source, begin);
    }

    private void SetPaused(bool paused)
    {
        lock (gate)
        {
            if (clock is not null)
                clock.Paused = paused;
            if (state is ReplayState.Running or ReplayState.Paused)
                state = paused ? ReplayState.Paused : ReplayState.Running;
            steering.Paused = paused;
        }
    }

    private ReplaySummary Summarize(ReplayOutcome outcome, bool resumed, DateTimeOffset startedAt)
    {
        lock (gate)
        {
            return new ReplaySummary(
                Id, outcome, resumed, emitted, malformed, position, total ?? 0, sink.Taken, reached, clock?.Delay ?? TimeSpan.Zero, startedAt, time.GetUtcNow()) { Missing = coverage.Missing };
        }
    }
}
