using Eip.Cli.Flow;
using Eip.Cli.Remote;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>One run of <c>eip replay</c>, <c>eip window</c>, or of a backfill that the replay driver makes.</summary>
internal sealed class ReplayRun(ReplayPlan plan, string data, Home home)
{
    /// <summary>A running system to send the events to, instead of the home.</summary>
    public Uri? Target { get; init; }

    /// <summary>A file, a folder or <c>-</c> to write the events to, instead of the home.</summary>
    public string? Out { get; init; }

    /// <summary>Whether the checkpoint of an earlier run is forgotten.</summary>
    public bool Restart { get; init; }

    /// <summary>Also writes route statistics here, when the events go to the home.</summary>
    public IRouteStatsStore? Store { get; init; }

    /// <summary>How to run the same again, for a user who stopped it.</summary>
    public required string Again { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var interruption = new Interruption(cancellationToken);
        using var progress = new ProgressLine();
        using var history = OpenHistory(data, home, progress, interruption.Token);
        var journal = new ReplayJournal(home.Replay);
        try
        {
            await using var target = Target is null && Out is null ? EmbeddedTarget.Open(home, deduplicate: !plan.IsPaced && plan.Faults.IsNone, TimeProvider.System) : null;
            if (target is not null)
                OpenedHome.Report(target.Pipeline);
            if (target is not null && DataSetsText.Warning(home, data) is { } warning)
                progress.Done(warning);
            await using var sink = target?.Sink(plan.Layout) ?? OpenSink(progress);
            // A file is an extract, of which nobody expects the whole.
            var coverage = Out is null ? journal.Coverage(sink.Name) : null;
            var driver = new ReplayDriver(plan, history, sink, journal, TimeProvider.System, coverage);
            if (Restart)
                File.Delete(journal.CheckpointPath(plan.Fingerprint(history, sink.Name)));
            var summary = await new ReplayScreen(driver, plan, target?.Pipeline, progress, interruption.Stop).ShowAsync(() => driver.RunAsync(interruption.Token));
            if (target is not null)
                await SettleAsync(target, progress);
            progress.Done(Summary(summary));
            foreach (string line in MissingText.Lines(summary.Missing, data, Target is null ? null : OpsApi.RootOf(Target)))
                progress.Done(line);
            if (summary.Outcome == ReplayOutcome.Completed)
                return history.RejectCount > 0 ? ExitCodes.Rejected : ExitCodes.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            progress.Done("Stopped before the last batch was answered; it is sent again when you go on.");
        }
        catch (ReplayRejectedException rejected)
        {
            throw Explain(rejected);
        }

        await Console.Error.WriteLineAsync($"Go on with: {Again}");
        return ExitCodes.Interrupted;
    }

    /// <summary>The history of a data set, prepared in the home when it is new.</summary>
    public static DataSetHistory OpenHistory(string data, Home home, ProgressLine progress, CancellationToken cancellationToken)
    {
        var rejects = new JsonLinesRejectSink(home.Rejects);
        bool wasRead = true;
        DataSetHistory history;
        try
        {
            history = DataSetHistory.Open(
                data, home.Replay, rejects,
                new Reporter<ReadProgress>(read => progress.Report(() => $"preparing: {read.BytesRead / 1e6:N0} of {read.TotalBytes / 1e6:N0} MB")), cancellationToken);
            wasRead = history.WasBuilt;
        }
        finally
        {
            // Where the data set was prepared before, what the file tells of it still holds.
            if (wasRead)
                rejects.Dispose();
        }

        if (history.RejectCount > 0)
            progress.Done($"{history.RejectCount:N0} rows of the data set are rejected, see {home.Rejects}");
        return history;
    }

    /// <summary>A rejection in the words of the command line.</summary>
    public static UserErrorException Explain(ReplayRejectedException rejected)
    {
        if (rejected.Field is not { } field)
            return new UserErrorException(rejected.Message);
        string prefix = field + ": ";
        string reason = rejected.Message.StartsWith(prefix, StringComparison.Ordinal) ? rejected.Message[prefix.Length..] : rejected.Message;
        return new UserErrorException($"{ReplayOptions.OptionOf(field)}: {reason}", ExitCodes.Usage);
    }

    private IReplaySink OpenSink(ProgressLine progress)
    {
        if (Target is null)
        {
            var path = OutputPath.Of(Out, folder: plan.Layout == TopicLayout.PerOwner);
            return path.IsStream ? new TextSink(path.IsStandardOutput ? Console.Out : new StreamWriter(path.OpenStream())) : new JsonLinesSink(path.FilePath, plan.Layout);
        }

        var retries = HttpRetries.Default with { OnRetry = (what, delay) => progress.Done($"{Target} {what}; trying again in {delay.TotalSeconds:N1} s") };
        return new HttpSink(Target, new HttpClient(), Environment.GetEnvironmentVariable(HttpSink.KeyVariable), plan.Layout, retries, TimeProvider.System);
    }

    private async Task SettleAsync(EmbeddedTarget target, ProgressLine progress)
    {
        progress.Report(static () => "folding and publishing");
        await target.Pipeline.CatchUpAsync(cancellationToken: CancellationToken.None);
        await target.Pipeline.PublishAsync(Store, CancellationToken.None);
        new LiveStatusFile(home).Remove();
    }

    private string Summary(ReplaySummary summary)
    {
        double seconds = Math.Max((summary.EndedAt - summary.StartedAt).TotalSeconds, 0.001);
        string text = $"{(summary.Resumed ? "Went on and " : "")}{(summary.Outcome == ReplayOutcome.Completed ? "completed" : "stopped")}: "
            + $"{summary.Emitted:N0} events emitted in {seconds:N2} s ({summary.Emitted / seconds:N0} events/s)";
        if (summary.Taken.Duplicates > 0)
            text += $", {summary.Taken.Duplicates:N0} known already";
        if (summary.Taken.Corrections > 0)
            text += $", {summary.Taken.Corrections:N0} known with other contents and corrected";
        if (summary.Malformed > 0)
            text += $", {summary.Malformed:N0} malformed lines";
        text += $"; {summary.Position:N0} of {summary.Total:N0} done, event time {summary.VirtualTime?.ToString() ?? "none"}";
        if (summary.Delay > TimeSpan.Zero)
            text += $"; the clock was held for {DurationText.Format(summary.Delay)}";
        return plan.Faults.DeliversEverything ? text : $"{text}. Dropped events are missing.";
    }
}
