using Eip.Api.Json;

namespace Eip.Api.Ingest;

/// <summary>What became of the events of a request. All that were taken are durable.</summary>
public sealed class IngestDocument : AnswerDocument
{
    /// <summary>Events or lines in the body.</summary>
    public required long Received { get; init; }

    /// <summary>Events that the log took, corrections included.</summary>
    public required long Appended { get; init; }

    /// <summary>Events that the log knew already, with the same contents.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Events that the log knew with other contents and took: of each field the greater known value holds. A log that does not look has 0.</summary>
    public required long Corrections { get; init; }

    /// <summary>Lines that could not be read; each lies in the dead letters.</summary>
    public required long Rejected { get; init; }

    /// <summary>Why each of them could not be read.</summary>
    public required IReadOnlyList<BadLine> Errors { get; init; }
}

/// <summary>A line that could not be read.</summary>
/// <param name="Line">Its number, from 1: the line of NDJSON, or the place in an array.</param>
/// <param name="Field">The field at fault; null when the line is not a JSON object.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="DeadLetter">The id of its dead letter.</param>
public sealed record BadLine(long Line, string? Field, string Reason, string DeadLetter);
