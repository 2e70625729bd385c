using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Eip.Simulator.Replay;

/// <summary>The folder in which replays keep their checkpoints and their journal, <c>replays.jsonl</c>: a line when one starts, and one when it ends.</summary>
/// <param name="folder">The folder; made when first needed.</param>
public sealed class ReplayJournal(string folder)
{
    /// <summary>The name of the journal within the folder.</summary>
    public const string FileName = "replays.jsonl";

    /// <summary>The checkpoint of replays with one fingerprint.</summary>
    public string CheckpointPath(string fingerprint) => Path.Combine(folder, fingerprint + ".checkpoint");

    /// <summary>What was emitted to a sink, by all runs.</summary>
    public CoverageFile Coverage(string sink) => new(folder, sink, TimeProvider.System);

    /// <summary>Notes a start.</summary>
    public void Started(ReplayPlan plan, string id, string data, string sink, DateTimeOffset at, long? resumedAt, long total) =>
        Append(new JournalLine("start", id, at, plan.ToString(), data, sink)
        {
            Mode = plan.Mode.ToString().ToLowerInvariant(),
            From = plan.From?.ToString(),
            To = plan.To?.ToString(),
            Speed = plan.IsPaced ? plan.Speed : null,
            MaxGapSeconds = plan.MaxGap?.TotalSeconds,
            MaxRate = plan.MaxRate,
            Filter = plan.Filter.ToString(),
            Faults = plan.Faults.ToString(),
            Layout = plan.Layout == Sinks.TopicLayout.PerOwner ? "per-owner" : "single",
            ResumedAt = resumedAt,
            Total = total,
        });

    /// <summary>Notes an end.</summary>
    public void Ended(ReplayPlan plan, ReplaySummary summary, string data, string sink, string? error) =>
        Append(new JournalLine("end", summary.Id, summary.EndedAt, plan.ToString(), data, sink)
        {
            Outcome = error is null ? summary.Outcome.ToString().ToLowerInvariant() : "failed",
            Error = error,
            Emitted = summary.Emitted,
            Malformed = summary.Malformed,
            Duplicates = summary.Taken.Duplicates,
            VirtualTime = summary.VirtualTime?.ToString(),
            DelaySeconds = summary.Delay.TotalSeconds,
            Seconds = (summary.EndedAt - summary.StartedAt).TotalSeconds,
            Position = summary.Position,
            Total = summary.Total,
        });

    private void Append(JournalLine line)
    {
        Directory.CreateDirectory(folder);
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(line, JournalJson.Readable.JournalLine), (byte)'\n'];
        file.Write(json);
    }
}

internal sealed record JournalLine(string Kind, string Id, DateTimeOffset At, string Replay, string Data, string Sink)
{
    public string? Mode { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public double? Speed { get; init; }

    public double? MaxGapSeconds { get; init; }

    public int? MaxRate { get; init; }

    public string? Filter { get; init; }

    public string? Faults { get; init; }

    public string? Layout { get; init; }

    public long? ResumedAt { get; init; }

    public string? Outcome { get; init; }

    public string? Error { get; init; }

    public long? Emitted { get; init; }

    public long? Malformed { get; init; }

    public long? Duplicates { get; init; }

    public string? VirtualTime { get; init; }

    public double? DelaySeconds { get; init; }

    public double? Seconds { get; init; }

    public long? Position { get; init; }

    public long? Total { get; init; }
}

[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext
{
    // The default encoder also escapes what only HTML cares about.
    public static readonly JournalJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
