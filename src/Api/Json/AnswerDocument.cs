using System.Text.Json.Serialization;
using Eip.Domain;

namespace Eip.Api.Json;

/// <summary>What every answer carries. Both members come last in the text: a validator covers what stands before them.</summary>
public abstract class AnswerDocument
{
    /// <summary>The wall-clock moment as of which the answer holds; a cached answer keeps the moment of its computation.</summary>
    [JsonPropertyOrder(1000)]
    public EventTime AsOf { get; set; }

    /// <summary>The greatest event time that was folded at that moment; null before the first event.</summary>
    [JsonPropertyOrder(1001)]
    public EventTime? Watermark { get; set; }
}

/// <summary>A list, or one page of it.</summary>
public class ListDocument<T> : AnswerDocument
{
    /// <summary>How many there are in all, exactly.</summary>
    public long Total { get; init; }

    /// <summary>What is counted, in a sentence; null for a plain search.</summary>
    public string? Counted { get; init; }

    /// <summary>The period that the answer covers; null where it covers all of event time.</summary>
    public PeriodItem? Period { get; init; }

    /// <summary>Those of this page.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>What to give as <c>after</c> for the next page; null after the last.</summary>
    public string? Next { get; init; }

    /// <summary>Counts over all that match, by field and value; null unless asked for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>? Facets { get; init; }
}

/// <summary>A failure, as RFC 9457 describes it.</summary>
public sealed class ProblemDocument
{
    /// <summary>What kind of problem it is: <c>urn:eip:problem:…</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong with this request.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked.</summary>
    public required string Instance { get; init; }

    /// <summary>The query parameter, header or body field at fault, if one is.</summary>
    public string? Field { get; init; }

    /// <summary>Finds the request in the logs.</summary>
    public required string TraceId { get; init; }
}
