using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Runs one replay at a time, and steers it while it runs.</summary>
public interface IReplayControl
{
    /// <summary>The replay that runs, or the last one that did; null when there was none.</summary>
    ValueTask<ReplayStatus?> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Ranges of event time that replays left out of the log, up to where they came; a window over each fills it.</summary>
    ValueTask<IReadOnlyList<MissingRange>> MissingAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a replay.</summary>
    /// <exception cref="ReplayRejectedException">One runs already, or the request cannot be carried out.</exception>
    ValueTask<ReplayStatus> StartAsync(ReplayRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the replay that runs: fields that are null stay as they are. The answer comes when the change has taken effect: after a pause nothing more is
    /// emitted, after a seek the clock stands where it was set.
    /// </summary>
    /// <exception cref="ReplayRejectedException">None runs, or the change cannot be carried out.</exception>
    ValueTask<ReplayStatus> ChangeAsync(ReplayChange change, CancellationToken cancellationToken = default);

    /// <summary>Stops the replay that runs at a clean point; null when none does.</summary>
    ValueTask<ReplayStatus?> StopAsync(CancellationToken cancellationToken = default);
}

/// <summary>The three ways to drive history.</summary>
public enum ReplayMode
{
    /// <summary>Everything up to a moment, as fast as the machine allows.</summary>
    Backfill,

    /// <summary>Each event when its time comes on a virtual clock.</summary>
    Replay,

    /// <summary>A range of event time again, as fast as the machine allows.</summary>
    Window,
}

/// <summary>What a replay is to do.</summary>
public sealed record ReplayRequest
{
    /// <summary>The mode.</summary>
    public ReplayMode Mode { get; init; }

    /// <summary>The folder of the data set, or null for the host's own.</summary>
    public string? Data { get; init; }

    /// <summary>First moment; null means the beginning, or where the log stands for <see cref="ReplayMode.Replay"/>.</summary>
    public EventTime? From { get; init; }

    /// <summary>Last moment, included; null means the end.</summary>
    public EventTime? To { get; init; }

    /// <summary>Virtual seconds in a real second; meaningful for <see cref="ReplayMode.Replay"/>.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The longest real pause that is kept between two events; null keeps every gap.</summary>
    public TimeSpan? MaxGap { get; init; }

    /// <summary>The most events emitted in a second; null sets no bound.</summary>
    public int? MaxRate { get; init; }
}

/// <summary>A change of the replay that runs.</summary>
/// <param name="Paused">Whether it pauses.</param>
/// <param name="Speed">The new speed.</param>
/// <param name="SeekTo">The moment to go on from.</param>
public sealed record ReplayChange(bool? Paused = null, double? Speed = null, EventTime? SeekTo = null);

/// <summary>What a replay is doing.</summary>
public enum ReplayState
{
    /// <summary>It reads its data.</summary>
    Preparing,

    /// <summary>It emits.</summary>
    Running,

    /// <summary>It was paused.</summary>
    Paused,

    /// <summary>It came to its end.</summary>
    Completed,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>How far a replay has come.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What it was to do.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Speed">Its speed now.</param>
/// <param name="VirtualTime">Its clock.</param>
/// <param name="Emitted">Events emitted.</param>
/// <param name="Total">Events to emit in all, once known.</param>
/// <param name="EventsPerSecond">Events emitted a second, lately.</param>
/// <param name="Delay">How far the clock was held back because the sink could not keep up.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ReplayStatus(
    string Id,
    ReplayRequest Request,
    ReplayState State,
    double Speed,
    EventTime? VirtualTime,
    long Emitted,
    long? Total,
    double EventsPerSecond,
    TimeSpan Delay,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Error);

/// <summary>A range of event time that replays left out, from its first missing event to its last.</summary>
/// <param name="From">The first event's time.</param>
/// <param name="To">The last event's time, included.</param>
/// <param name="Events">How many events of the history lie in it.</param>
public sealed record MissingRange(EventTime From, EventTime To, long Events)
{
    /// <summary>The folder of the data set on the machine that replayed it; null when it is not known.</summary>
    public string? Data { get; init; }
}

/// <summary>A replay cannot be started or changed.</summary>
/// <param name="field">The field of the request at fault, or null when the state is.</param>
/// <param name="message">What is wrong, in a sentence for people.</param>
public sealed class ReplayRejectedException(string? field, string message) : Exception(message)
{
    /// <summary>The field of the request at fault, or null when the state of the host is.</summary>
    public string? Field { get; } = field;
}
