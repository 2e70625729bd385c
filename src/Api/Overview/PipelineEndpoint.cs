using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Replay;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Overview;

/// <summary>How far the pipeline has come.</summary>
public sealed class PipelineDocument : AnswerDocument
{
    /// <summary>Orders that have a card.</summary>
    public required long OrderCount { get; init; }

    /// <summary>Events in the log that are not folded yet.</summary>
    public required long LagEvents { get; init; }

    /// <summary>The greatest lag of a partition in event time, in seconds.</summary>
    public required long LagSeconds { get; init; }

    /// <summary>Events folded a second, lately.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Letters that wait for somebody.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>
    /// The greatest event time that lies too far past the clock to move the watermark; null when none is known. A silo knows the end of the log and what
    /// came through it since it started; the overview's hint looks at every card.
    /// </summary>
    public EventTime? AheadAt { get; init; }

    /// <summary>Each partition of the log.</summary>
    public required IReadOnlyList<PartitionItem> Partitions { get; init; }

    /// <summary>The replay that runs, or the last one that did; null when there was none.</summary>
    public ReplayItem? Replay { get; init; }

    /// <summary>Ranges of event time that replays left out, up to where they came.</summary>
    public required IReadOnlyList<MissingItem> Missing { get; init; }
}

/// <summary>One partition.</summary>
public sealed class PartitionItem(PartitionStatus status)
{
    /// <summary>Its number, from 0.</summary>
    public int Partition => status.Partition;

    /// <summary>The offset after the last event of the log.</summary>
    public long EndOffset => status.EndOffset;

    /// <summary>The offset after the last event that is folded.</summary>
    public long ProjectedOffset => status.ProjectedOffset;

    /// <summary>Events that are not folded yet.</summary>
    public long LagEvents => status.LagEvents;

    /// <summary>Event time between what is in the log and what is folded, in seconds.</summary>
    public long LagSeconds => status.LagSeconds;

    /// <summary>The greatest event time in the log.</summary>
    public EventTime? LastEventAt => status.LastEventAt;

    /// <summary>The greatest event time that is folded.</summary>
    public EventTime? FoldedUpTo => status.Watermark;

    /// <summary>Events folded a second, lately.</summary>
    public double EventsPerSecond => Math.Round(status.EventsPerSecond, 1);
}

/// <summary>The pipeline's state.</summary>
internal static class PipelineEndpoint
{
    private static readonly ApiEndpoint Pipeline = new("pipeline", "Operations", ApiPaths.Root + "/pipeline", "Partitions, lag, rates, dead letters and the replay.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Pipeline, ApiJsonContext.Default.PipelineDocument, AnswerAsync);

    private static async ValueTask<PipelineDocument> AnswerAsync(ApiRequest request)
    {
        var status = await request.Ports.StatusAsync(request.Cancellation);
        var replay = request.Ports.Replay is { } control ? await control.GetAsync(request.Cancellation) : null;
        return new PipelineDocument
        {
            OrderCount = status.OrderCount,
            LagEvents = status.LagEvents,
            LagSeconds = status.Partitions.Select(static partition => partition.LagSeconds).DefaultIfEmpty().Max(),
            EventsPerSecond = Math.Round(status.Partitions.Sum(static partition => partition.EventsPerSecond), 1),
            DeadLetters = status.DeadLetters,
            AheadAt = status.AheadAt,
            Partitions = [.. status.Partitions.Select(static partition => new PartitionItem(partition))],
            Replay = replay is null ? null : new ReplayItem(replay),
            Missing = await MissingItem.OfAsync(request.Ports.Replay, request.Cancellation),
        };
    }
}
