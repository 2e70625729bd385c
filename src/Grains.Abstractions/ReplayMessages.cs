using Eip.Domain;
using Eip.Pipeline.Ports;
using Orleans.CodeGeneration;

namespace Eip.Grains.Abstractions;

/// <summary>The one replay of the cluster. Its key is 0.</summary>
[Version(1)]
[Alias("eip.IReplayGrain")]
public interface IReplayGrain : IGrainWithIntegerKey
{
    /// <summary>The replay that runs, or the last one that did.</summary>
    [Alias("Get")]
    ValueTask<ReplayAnswer> Get();

    /// <summary>Starts one.</summary>
    [Alias("Start")]
    Task<ReplayAnswer> Start(ReplayOrder order);

    /// <summary>Changes the one that runs; what is null stays as it is.</summary>
    [Alias("Change")]
    Task<ReplayAnswer> Change(bool? paused, double? speed, long? seekTo);

    /// <summary>Stops the one that runs; answers without a replay when none does.</summary>
    [Alias("Stop")]
    Task<ReplayAnswer> Stop();
}

/// <summary>What a replay is to do. Times are Unix seconds.</summary>
[GenerateSerializer]
[Alias("eip.ReplayOrder")]
public sealed class ReplayOrder
{
    /// <summary>The mode.</summary>
    [Id(0)]
    public ReplayMode Mode { get; set; }

    /// <summary>First moment.</summary>
    [Id(1)]
    public long? From { get; set; }

    /// <summary>Last moment.</summary>
    [Id(2)]
    public long? To { get; set; }

    /// <summary>Virtual seconds in a real second.</summary>
    [Id(3)]
    public double Speed { get; set; } = 1;

    /// <summary>The longest real pause between two events.</summary>
    [Id(4)]
    public TimeSpan? MaxGap { get; set; }

    /// <summary>The most events emitted in a second.</summary>
    [Id(5)]
    public int? MaxRate { get; set; }

    /// <summary>The order that a request describes.</summary>
    public static ReplayOrder Of(ReplayRequest request) => new()
    {
        Mode = request.Mode,
        From = request.From?.UnixSeconds,
        To = request.To?.UnixSeconds,
        Speed = request.Speed,
        MaxGap = request.MaxGap,
        MaxRate = request.MaxRate,
    };

    /// <summary>The request.</summary>
    public ReplayRequest ToRequest() => new() { Mode = Mode, From = Time(From), To = Time(To), Speed = Speed, MaxGap = MaxGap, MaxRate = MaxRate };

    internal static EventTime? Time(long? seconds) => seconds is { } known ? new EventTime(known) : null;
}

/// <summary>How far a replay has come: what callers are told, and what the next life of its grain goes on from.</summary>
[GenerateSerializer]
[Alias("eip.ReplayRecord")]
public sealed class ReplayRecord
{
    /// <summary>Its id; empty when there was none.</summary>
    [Id(0)]
    public string Id { get; set; } = "";

    /// <summary>What it was to do.</summary>
    [Id(1)]
    public ReplayOrder Order { get; set; } = new();

    /// <summary>What it is doing.</summary>
    [Id(2)]
    public ReplayState State { get; set; }

    /// <summary>Its speed now.</summary>
    [Id(3)]
    public double Speed { get; set; }

    /// <summary>Its clock in Unix seconds: everything before it has been emitted.</summary>
    [Id(4)]
    public long? VirtualTime { get; set; }

    /// <summary>Events emitted, by all lives of the grain.</summary>
    [Id(5)]
    public long Emitted { get; set; }

    /// <summary>Events to emit in all, once known.</summary>
    [Id(6)]
    public long? Total { get; set; }

    /// <summary>Events emitted a second, lately.</summary>
    [Id(7)]
    public double EventsPerSecond { get; set; }

    /// <summary>How far the clock was held back.</summary>
    [Id(8)]
    public TimeSpan Delay { get; set; }

    /// <summary>When it started.</summary>
    [Id(9)]
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    [Id(10)]
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it failed.</summary>
    [Id(11)]
    public string? Error { get; set; }

    /// <summary>What replays emitted, one pair after the other: first and last second, the first -9223372036854775808 for the beginning.</summary>
    [Id(12)]
    public List<long> Covered { get; set; } = [];

    /// <summary>The greatest moment that a replay came to, in Unix seconds.</summary>
    [Id(13)]
    public long? Reached { get; set; }

    /// <summary>What replays left out, in threes: first and last second, and how many events.</summary>
    [Id(14)]
    public List<long> Missing { get; set; } = [];

    /// <summary>Whether there is a replay that has not come to its end.</summary>
    public bool IsUnderWay => Id.Length > 0 && State is ReplayState.Preparing or ReplayState.Running or ReplayState.Paused;

    /// <summary>What replays left out.</summary>
    public IReadOnlyList<MissingRange> ToMissing() =>
        [.. Missing.Chunk(3).Select(static gap => new MissingRange(new EventTime(gap[0]), new EventTime(gap[1]), gap[2]))];

    /// <summary>The status; null when there was no replay.</summary>
    public ReplayStatus? ToStatus() => Id.Length == 0
        ? null
        : new ReplayStatus(Id, Order.ToRequest(), State, Speed, ReplayOrder.Time(VirtualTime), Emitted, Total, EventsPerSecond, Delay, StartedAt, EndedAt, Error);
}

/// <summary>What the replay grain answers: how the replay stands, or why it refused.</summary>
/// <param name="replay">The replay; null when there was none, or none ran that could be stopped.</param>
/// <param name="rejection">Why it refused; null when it did not.</param>
/// <param name="field">The field of the request at fault, if one is.</param>
[GenerateSerializer]
[Immutable]
[Alias("eip.ReplayAnswer")]
public sealed class ReplayAnswer(ReplayRecord? replay, string? rejection = null, string? field = null)
{
    /// <summary>The replay.</summary>
    [Id(0)]
    public ReplayRecord? Replay { get; } = replay;

    /// <summary>Why the grain refused.</summary>
    [Id(1)]
    public string? Rejection { get; } = rejection;

    /// <summary>The field of the request at fault.</summary>
    [Id(2)]
    public string? Field { get; } = field;
}
