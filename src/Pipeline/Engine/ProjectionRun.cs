using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>How far a catch-up has come.</summary>
/// <param name="Projected">Events folded, of all partitions, those before the catch-up included.</param>
/// <param name="Target">Events to be folded in the end.</param>
public readonly record struct CatchUpProgress(long Projected, long Target);

/// <summary>Drives the projectors: in the background, or up to a point.</summary>
internal sealed class ProjectionRun(Projector[] projectors, LiveFeed feed, PipelineOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);
    private const int StepsPerReport = 16;

    private readonly Lock held = new();
    private CancellationTokenSource? stopping;
    private ITimer? ticks;

    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start()
    {
        lock (held)
        {
            if (stopping is not null)
                return;
            stopping = new CancellationTokenSource();
            var token = stopping.Token;
            if (options.LiveFeed)
                ticks = options.TimeProvider.CreateTimer(_ => Tick(), null, TickPeriod, TickPeriod);
            Completion = Task.WhenAll(projectors.Select(projector => RunAsync(projector, token)));
        }
    }

    public async Task StopAsync()
    {
        CancellationTokenSource? source;
        lock (held)
        {
            source = stopping;
            stopping = null;
            ticks?.Dispose();
            ticks = null;
        }

        if (source is null)
            return;
        await source.CancelAsync().ConfigureAwait(false);
        // A failure stays in Completion; stopping succeeds nonetheless.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        source.Dispose();
    }

    public async Task CatchUpAsync(long[] targets, IProgress<CatchUpProgress>? progress, CancellationToken cancellationToken)
    {
        long target = targets.Sum();
        long[] projected = [.. projectors.Select(static projector => projector.ProjectedOffset)];
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.MaxParallelism), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(projectors, parallelism, (projector, token) =>
        {
            int partition = projector.Partition;
            for (int steps = 1; projector.ProjectedOffset < targets[partition]; steps++)
            {
                token.ThrowIfCancellationRequested();
                if (projector.Step() == 0 && projector.ProjectedOffset < targets[partition])
                    throw projector.EndedBefore(targets[partition]);
                Volatile.Write(ref projected[partition], projector.ProjectedOffset);
                if (progress is not null && steps % StepsPerReport == 0)
                    progress.Report(new CatchUpProgress(Sum(projected), target));
            }

            Volatile.Write(ref projected[partition], projector.ProjectedOffset);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        progress?.Report(new CatchUpProgress(Math.Max(target, Sum(projected)), target));
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static long Sum(long[] values)
    {
        long sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += Volatile.Read(ref values[i]);
        return sum;
    }

    private Task RunAsync(Projector projector, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            projector.Live = options.LiveFeed;
            try
            {
                projector.Run(options.ReadOnly, cancellationToken);
            }
            finally
            {
                projector.Live = false;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void Tick()
    {
        EventTime? watermark = null;
        foreach (var projector in projectors)
        {
            using (projector.Gate.EnterRead())
            {
                if (projector.Store.Watermark is { } folded && (watermark is null || folded > watermark))
                    watermark = folded;
            }
        }

        feed.Tick(watermark);
    }
}
