using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Eip.Api.Json;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Replay;

/// <summary>What a replay is to do, as the body of <c>POST /replay</c>. Its data set is the host's own: a caller names no folder of the host.</summary>
public sealed class ReplayStart
{
    /// <summary><c>backfill</c>, <c>replay</c> or <c>window</c>.</summary>
    [AllowedValues("backfill", "replay", "window")]
    public required string Mode { get; set; }

    /// <summary>First moment; absent means the beginning, or where the log stands for mode replay.</summary>
    public EventTime? From { get; set; }

    /// <summary>Last moment, included; absent means the end.</summary>
    public EventTime? To { get; set; }

    /// <summary>Virtual seconds in a real second, for mode replay: a number, or a text such as <c>1d/s</c>.</summary>
    [JsonConverter(typeof(SpeedConverter))]
    public double? Speed { get; set; }

    /// <summary>The longest real pause kept between two events, such as <c>2s</c>; absent keeps every gap.</summary>
    public string? MaxGap { get; set; }

    /// <summary>The most events emitted in a second; absent sets no bound.</summary>
    public int? MaxRate { get; set; }
}

/// <summary>A change of the replay that runs, as the body of <c>PATCH /replay</c>: what is absent stays as it is.</summary>
public sealed class ReplayPatch
{
    /// <summary>Whether it pauses.</summary>
    public bool? Paused { get; set; }

    /// <summary>The new speed: a number, or a text such as <c>1d/s</c>.</summary>
    [JsonConverter(typeof(SpeedConverter))]
    public double? Speed { get; set; }

    /// <summary>The moment to go on from.</summary>
    public EventTime? SeekTo { get; set; }
}

/// <summary>The replay that runs, or the last one that did.</summary>
public sealed class ReplayDocument : AnswerDocument
{
    /// <summary>The replay; null when there was none.</summary>
    public ReplayItem? Replay { get; init; }

    /// <summary>Ranges of event time that replays left out, up to where they came: they sought forward, or began behind the beginning.</summary>
    public required IReadOnlyList<MissingItem> Missing { get; init; }
}

/// <summary>A range of event time that replays left out.</summary>
public sealed class MissingItem(MissingRange range)
{
    /// <summary>The first missing event's time.</summary>
    public EventTime From => range.From;

    /// <summary>The last missing event's time.</summary>
    public EventTime To => range.To;

    /// <summary>How many events of the data set lie in it.</summary>
    public long Events => range.Events;

    /// <summary>The body of <c>POST /replay</c> that fills it; <c>eip window --target</c> with the same range does so too.</summary>
    public ReplayStart Fill => new() { Mode = "window", From = range.From, To = range.To };

    /// <summary>What the replays of a host left out; nothing where the host replays nothing.</summary>
    public static async ValueTask<IReadOnlyList<MissingItem>> OfAsync(IReplayControl? control, CancellationToken cancellationToken) =>
        control is null ? [] : [.. (await control.MissingAsync(cancellationToken)).Select(static range => new MissingItem(range))];
}

/// <summary>How far a replay has come.</summary>
public sealed class ReplayItem(ReplayStatus status)
{
    /// <summary>Its id.</summary>
    public string Id => status.Id;

    /// <summary>Its mode.</summary>
    [AllowedValues("backfill", "replay", "window")]
    public string Mode => status.Request.Mode.ToString().ToLowerInvariant();

    /// <summary><c>preparing</c>, <c>running</c>, <c>paused</c>, <c>completed</c>, <c>stopped</c> or <c>failed</c>.</summary>
    [AllowedValues("preparing", "running", "paused", "completed", "stopped", "failed")]
    public string State => status.State.ToString().ToLowerInvariant();

    /// <summary>First moment it was asked for.</summary>
    public EventTime? From => status.Request.From;

    /// <summary>Last moment it was asked for.</summary>
    public EventTime? To => status.Request.To;

    /// <summary>Virtual seconds in a real second, now.</summary>
    public double Speed => status.Speed;

    /// <summary>Its clock.</summary>
    public EventTime? VirtualTime => status.VirtualTime;

    /// <summary>Events emitted.</summary>
    public long Emitted => status.Emitted;

    /// <summary>Events to emit in all, once known.</summary>
    public long? Total => status.Total;

    /// <summary>Events emitted a second, lately.</summary>
    public double EventsPerSecond => Math.Round(status.EventsPerSecond, 1);

    /// <summary>How far the clock was held back because the log could not keep up, in seconds.</summary>
    public double DelaySeconds => Math.Round(status.Delay.TotalSeconds, 3);

    /// <summary>When it started.</summary>
    public EventTime StartedAt => EventTime.From(status.StartedAt);

    /// <summary>When it ended.</summary>
    public EventTime? EndedAt => status.EndedAt is { } ended ? EventTime.From(ended) : null;

    /// <summary>Why it failed.</summary>
    public string? Error => status.Error;
}
