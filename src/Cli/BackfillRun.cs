using System.Diagnostics;
using Eip.Cli.Replays;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Simulator.Olist;

namespace Eip.Cli;

/// <summary>
/// A fast backfill: a data set's events up to a moment through the log to every projection. Events that the log holds already change nothing, so a
/// run that was stopped or killed is simply run again.
/// </summary>
internal sealed class BackfillRun(string data, Home home, ProgressLine progress)
{
    private readonly Stopwatch append = new();

    /// <summary>Only events up to this moment, it included.</summary>
    public EventTime? Until { get; init; }

    /// <summary>Also writes route statistics here.</summary>
    public IRouteStatsStore? Store { get; init; }

    public async Task<BackfillResult> RunAsync(CancellationToken cancellationToken)
    {
        var whole = Stopwatch.StartNew();
        // Taken before anything is read, so that a second writer learns at once that it is one.
        bool isNew = !Directory.Exists(home.Log);
        await using var pipeline = OpenedHome.Report(EmbeddedPipeline.Open(home, new PipelineOptions { Deduplicate = !isNew }));
        if (DataSetsText.Warning(home, data) is { } warning)
            progress.Done(warning);
        using var rejects = new JsonLinesRejectSink(home.Rejects);
        var history = OlistReader.Read(
            data, rejects, new Reporter<ReadProgress>(read => progress.Report(() => $"reading: {read.BytesRead / 1e6:N0} of {read.TotalBytes / 1e6:N0} MB")),
            cancellationToken: cancellationToken);

        using var journal = BackfillJournal.Start(home, data, Until, history.CountUntil(Until));
        var flow = Stopwatch.StartNew();
        var appended = await AppendAsync(pipeline, history, cancellationToken);
        long flowTime = flow.ElapsedMilliseconds;
        progress.Report(() => "publishing");
        var publish = Stopwatch.StartNew();
        await pipeline.PublishAsync(Store, cancellationToken);
        var watermark = (await pipeline.GetAsync(cancellationToken)).Watermark;
        journal.Completed(appended, watermark);
        journal.Covered(new BackfilledHistory(history, data));
        return new BackfillResult(
            history.OrderCount, history.RepeatedRows, appended, rejects.Count, rejects.Path, watermark, whole.Elapsed,
            new BackfillSteps(history.ParseTime, history.DeriveTime, append.Elapsed, TimeSpan.FromMilliseconds(flowTime), publish.Elapsed));
    }

    // The folds follow the log on threads of their own while events are appended.
    private async Task<AppendResult> AppendAsync(EmbeddedPipeline pipeline, OlistHistory history, CancellationToken cancellationToken)
    {
        long total = history.CountUntil(Until);
        var result = default(AppendResult);
        pipeline.Start();
        foreach (var batch in history.Batches(Until))
        {
            cancellationToken.ThrowIfCancellationRequested();
            append.Start();
            result += pipeline.Append(batch.Span);
            append.Stop();
            long done = result.Appended + result.Duplicates;
            progress.Report(() => $"appending: {done:N0} of {total:N0} events");
        }

        // The disk writes what the folds have in memory anyway.
        var flushed = Task.Run(pipeline.Flush, CancellationToken.None);
        try
        {
            await pipeline.CatchUpAsync(
                new Reporter<CatchUpProgress>(folded => progress.Report(() => $"folding: {folded.Projected:N0} of {folded.Target:N0} events")), cancellationToken);
        }
        finally
        {
            await flushed;
        }

        await pipeline.StopAsync();
        return result;
    }
}

/// <summary>What a backfill did.</summary>
internal sealed record BackfillResult(
    int Orders, long RepeatedRows, AppendResult Events, long Rejects, string RejectsFile, EventTime? Watermark, TimeSpan Elapsed, BackfillSteps Steps)
{
    public long EventCount => Events.Appended + Events.Duplicates;
}

/// <summary>How long the steps took; the folds run beside the appends.</summary>
internal sealed record BackfillSteps(TimeSpan Parse, TimeSpan Derive, TimeSpan Append, TimeSpan AppendAndFold, TimeSpan Publish);

/// <summary>Reports at once, on the thread that has something to report.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
