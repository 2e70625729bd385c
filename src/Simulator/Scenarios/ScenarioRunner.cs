using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Scenarios;

/// <summary>What came of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Passed">False when it is a check that found something else than it should.</param>
/// <param name="Outcome">What it did or found, in one line.</param>
/// <param name="Took">How long it took.</param>
public sealed record StepResult(ScenarioStep Step, bool Passed, string Outcome, TimeSpan Took);

/// <summary>Carries a scenario out on the pipeline of a home, step by step.</summary>
/// <param name="history">The data set.</param>
/// <param name="target">The pipeline.</param>
/// <param name="scratch">A folder for the clean backfills that checks compare with.</param>
/// <param name="time">Real time.</param>
public sealed class ScenarioRunner(IHistory history, EmbeddedTarget target, string scratch, TimeProvider time)
{
    private EventTime? reached;
    private long malformed;

    /// <summary>Told of the driver of each step that has one, so that somebody can look at it and steer it.</summary>
    public Action<DriveStep, ReplayDriver>? Driving { get; init; }

    /// <summary>Carries the steps out. A check that fails ends nothing: the steps after it are carried out too.</summary>
    /// <exception cref="ScenarioException">A step cannot be carried out on this data set.</exception>
    public async IAsyncEnumerable<StepResult> RunAsync(
        Scenario scenario, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var step in scenario.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long started = time.GetTimestamp();
            var (passed, outcome) = step switch
            {
                DriveStep drive => (true, await DriveAsync(scenario, drive, cancellationToken)),
                CheckStep check => await CheckAsync(check, cancellationToken),
                _ => throw new InvalidOperationException($"Nobody carries out a {step.GetType().Name}."),
            };
            yield return new StepResult(step, passed, outcome, time.GetElapsedTime(started));
        }
    }

    private async Task<string> DriveAsync(Scenario scenario, DriveStep step, CancellationToken cancellationToken)
    {
        var (from, to) = (step.From?.In(history), step.To?.In(history));
        // Steps without a start go on where the log stands, so that steps follow each other.
        if (from is null && step.Verb != "backfill")
            from = (await target.Pipeline.GetAsync(cancellationToken)).Partitions.Max(static partition => partition.LastEventAt);
        var plan = new ReplayPlan
        {
            Mode = step.Speed is not null ? ReplayMode.Replay : step.Verb == "repair" ? ReplayMode.Window : ReplayMode.Backfill,
            From = from,
            To = to,
            Speed = step.Speed ?? 1,
            Faults = step.Faults,
            Filter = step.Filter,
            Layout = step.Layout,
        };
        try
        {
            await using var sink = target.Sink(step.Layout);
            var journal = new ReplayJournal(target.Pipeline.Home.Replay);
            var driver = new ReplayDriver(plan, history, sink, journal, time, journal.Coverage(sink.Name));
            Driving?.Invoke(step, driver);
            var summary = await driver.RunAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await target.Pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            malformed += summary.Malformed;
            var end = to ?? history.Last;
            reached = reached is null || end > reached ? end : reached;
            string text = $"{summary.Emitted:N0} events emitted";
            return summary.Malformed == 0 ? text : $"{text}, {summary.Malformed:N0} malformed lines";
        }
        catch (ReplayRejectedException rejected)
        {
            throw new ScenarioException(scenario.File, step.Line, $"Step {step.Number}, {step.Verb}: {rejected.Message}");
        }
    }

    private async Task<(bool Passed, string Outcome)> CheckAsync(CheckStep step, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        bool passed = true;
        void Note(bool holds, string text)
        {
            passed &= holds;
            found.Add(holds ? text : "NOT AS IT SHOULD BE: " + text);
        }

        var status = await target.Pipeline.GetAsync(cancellationToken);
        if (step.Lag is { } lag)
            Note(status.LagEvents <= lag, $"lag {status.LagEvents:N0}");
        if (step.DeadLetters is { } letters)
            Note(status.DeadLetters == letters, $"{status.DeadLetters:N0} dead letters");
        if (step.DeadLettersAsEmitted)
            Note(status.DeadLetters == malformed, $"{status.DeadLetters:N0} dead letters, {malformed:N0} malformed lines");
        if (step.Digest is { } same)
        {
            string digest = (await target.SettleAsync(cancellationToken)).All;
            string clean = await CleanBackfill.DigestAsync(history, reached, scratch, time, cancellationToken);
            Note((digest == clean) == same, digest == clean ? $"digest {digest[..12]} as after a clean backfill" : $"digest {digest[..12]}, after a clean backfill {clean[..12]}");
        }

        return (passed, string.Join("; ", found));
    }
}

/// <summary>What everything else is compared with: the history up to a moment, in order, once, into an empty home.</summary>
internal static class CleanBackfill
{
    public static async Task<string> DigestAsync(IHistory history, EventTime? to, string scratch, TimeProvider time, CancellationToken cancellationToken)
    {
        string path = Path.Combine(scratch, "clean-" + Guid.NewGuid().ToString("n"));
        try
        {
            await using var target = EmbeddedTarget.Open(new Home(path), deduplicate: false, time);
            await using var sink = target.Sink(TopicLayout.One);
            await new ReplayDriver(new ReplayPlan { Mode = ReplayMode.Backfill, To = to }, history, sink, null, time).RunAsync(cancellationToken);
            return (await target.SettleAsync(cancellationToken)).All;
        }
        finally
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }
}
