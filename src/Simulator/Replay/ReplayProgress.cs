using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Replay;

/// <summary>How far a replay has come at one moment.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Position">Emissions that the sink has taken, those of the runs before included.</param>
/// <param name="Total">Emissions in all, or null while they are counted.</param>
/// <param name="VirtualTime">The clock; for a replay without one, the last event's time.</param>
/// <param name="Target">The clock's last moment: the end of the range or of the data, whichever comes first.</param>
/// <param name="Speed">Virtual seconds in a real second; null without a clock.</param>
/// <param name="PerSecond">Emissions a second, lately.</param>
/// <param name="Delay">Real time by which the clock was held because the sink could not keep up.</param>
/// <param name="Left">Real time left at the present speed or rate, or null when it cannot be told.</param>
public readonly record struct ReplayProgress(
    ReplayState State, long Position, long? Total, EventTime? VirtualTime, EventTime Target, double? Speed, double PerSecond, TimeSpan Delay, TimeSpan? Left);

/// <summary>How a replay ended.</summary>
public enum ReplayOutcome
{
    /// <summary>Everything was emitted.</summary>
    Completed,

    /// <summary>It was stopped at a clean point, from which it can go on.</summary>
    Stopped,
}

/// <summary>What a replay did.</summary>
/// <param name="Id">Its id, as in the journal.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Resumed">Whether it went on from the checkpoint of an earlier run.</param>
/// <param name="Emitted">Events that this run emitted.</param>
/// <param name="Malformed">Malformed lines that this run emitted.</param>
/// <param name="Position">Emissions that the sink has taken, those of the runs before included.</param>
/// <param name="Total">Emissions in all.</param>
/// <param name="Taken">What the sink counted.</param>
/// <param name="VirtualTime">Where the clock stood at the end; null when nothing was emitted.</param>
/// <param name="Delay">Real time by which the clock was held.</param>
/// <param name="StartedAt">When the run started.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record ReplaySummary(
    string Id,
    ReplayOutcome Outcome,
    bool Resumed,
    long Emitted,
    long Malformed,
    long Position,
    long Total,
    AppendResult Taken,
    EventTime? VirtualTime,
    TimeSpan Delay,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt)
{
    /// <summary>Ranges of event time, up to where replays came, that the sink lacks; a window over each fills it.</summary>
    public IReadOnlyList<MissingRange> Missing { get; init; } = [];
}
