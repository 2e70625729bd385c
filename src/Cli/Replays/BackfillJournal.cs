using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>The start and end lines of a fast backfill in the journal of replays.</summary>
internal sealed class BackfillJournal : IDisposable
{
    private readonly ReplayJournal journal;
    private readonly ReplayPlan plan;
    private readonly string data;
    private readonly string id;
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();
    private readonly long total;
    private bool ended;

    private BackfillJournal(Home home, string data, EventTime? until, long total)
    {
        (journal, this.data, this.total) = (new ReplayJournal(home.Replay), Path.GetFullPath(data), total);
        plan = new ReplayPlan { Mode = ReplayMode.Backfill, To = until };
        id = Guid.CreateVersion7(startedAt).ToString("n");
        journal.Started(plan, id, this.data, "log", startedAt, resumedAt: null, total);
    }

    /// <summary>Notes the start.</summary>
    public static BackfillJournal Start(Home home, string data, EventTime? until, long total) => new(home, data, until, total);

    /// <summary>Notes the end.</summary>
    public void Completed(AppendResult appended, EventTime? watermark) => End(ReplayOutcome.Completed, appended, watermark);

    /// <summary>Notes which event time of the data set the log now holds.</summary>
    public void Covered(IHistory history)
    {
        var coverage = journal.Coverage(LogSink.LogName);
        if ((plan.To ?? history.Last) is not { } end)
            return;
        var covered = coverage.Read(history).Add(null, end);
        coverage.Write(history, covered, covered.Missing(history), now: true);
    }

    /// <summary>Notes that it was stopped, unless it has ended.</summary>
    public void Dispose()
    {
        if (!ended)
            End(ReplayOutcome.Stopped, default, null);
    }

    private void End(ReplayOutcome outcome, AppendResult appended, EventTime? watermark)
    {
        ended = true;
        long events = appended.Appended + appended.Duplicates;
        journal.Ended(
            plan,
            new ReplaySummary(id, outcome, false, events, 0, events, total, appended, watermark, TimeSpan.Zero, startedAt, TimeProvider.System.GetUtcNow()),
            data, "log", error: null);
    }
}
