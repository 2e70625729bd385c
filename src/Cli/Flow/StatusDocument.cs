using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Flow;

/// <summary>The state of a pipeline as another process tells it: the Ops API's <c>/pipeline</c>, or a replay's status file, which has the same form.</summary>
internal sealed record StatusDocument
{
    public string? AsOf { get; init; }

    public string? Watermark { get; init; }

    public string? AheadAt { get; init; }

    public long DeadLetters { get; init; }

    public long OrderCount { get; init; }

    public IReadOnlyList<PartitionDocument> Partitions { get; init; } = [];

    public IReadOnlyList<MissingDocument> Missing { get; init; } = [];

    /// <summary>What replays left out.</summary>
    public IReadOnlyList<MissingRange> ToMissing() =>
        [.. Missing.Select(static range => new MissingRange(EventTime.Parse(range.From), EventTime.Parse(range.To), range.Events))];

    public static StatusDocument Of(PipelineStatus status) => new()
    {
        AsOf = status.AsOf.ToString("O"),
        Watermark = status.Watermark?.ToString(),
        AheadAt = status.AheadAt?.ToString(),
        DeadLetters = status.DeadLetters,
        OrderCount = status.OrderCount,
        Partitions = [.. status.Partitions.Select(static partition => new PartitionDocument(
            partition.Partition, partition.EndOffset, partition.ProjectedOffset, partition.LastEventAt?.ToString(), partition.Watermark?.ToString(), partition.EventsPerSecond))],
    };

    public PipelineStatus ToStatus() => new(
        DateTimeOffset.TryParse(AsOf, out var asOf) ? asOf : DateTimeOffset.MinValue,
        Time(Watermark),
        [.. Partitions.Select(static partition => new PartitionStatus(
            partition.Partition, partition.EndOffset, partition.ProjectedOffset, Time(partition.LastEventAt), Time(partition.FoldedUpTo), partition.EventsPerSecond))],
        DeadLetters,
        OrderCount)
    {
        AheadAt = Time(AheadAt),
    };

    private static EventTime? Time(string? text) => EventTime.TryParse(text, out var time) ? time : null;
}

internal sealed record PartitionDocument(int Partition, long EndOffset, long ProjectedOffset, string? LastEventAt, string? FoldedUpTo, double EventsPerSecond);

internal sealed record MissingDocument(string From, string To, long Events);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;

/// <summary>What a running replay tells other processes of its pipeline: a small file in the home, replaced every half second.</summary>
internal sealed class LiveStatusFile(Eip.Pipeline.Home home)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private string FilePath => Path.Combine(home.Replay, "status.json");

    public void Write(PipelineStatus status)
    {
        Directory.CreateDirectory(home.Replay);
        string next = FilePath + ".next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(StatusDocument.Of(status), StatusJson.Default.StatusDocument));
        File.Move(next, FilePath, overwrite: true);
    }

    public void Remove() => File.Delete(FilePath);

    /// <summary>The status that a replay wrote a moment ago; null when none runs.</summary>
    public PipelineStatus? Read(DateTimeOffset now)
    {
        try
        {
            using var file = File.OpenRead(FilePath);
            var status = JsonSerializer.Deserialize(file, StatusJson.Default.StatusDocument)?.ToStatus();
            return status is not null && now - status.AsOf < Fresh ? status : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }
}
