using System.Text.Json;

namespace Eip.Storage.Elasticsearch.Client;

/// <summary>An error as Elasticsearch words it, of a whole request or of one document of a bulk request.</summary>
/// <param name="Type">Its type, such as <c>index_closed_exception</c>; empty when the answer names none.</param>
/// <param name="Reason">What it says.</param>
/// <param name="Index">The index that it names, if it names one.</param>
internal sealed record ElasticsearchError(string Type, string Reason, string? Index)
{
    private const string Closed = "index_closed_exception", Blocked = "cluster_block_exception", Argument = "illegal_argument_exception";

    /// <summary>
    /// Whether the document itself is at fault. Only what is named here is: anything else is a trouble of the index, of the server or of the way to it,
    /// which an operator mends, and the same document is taken afterwards.
    /// </summary>
    public bool IsOfTheDocument => Type switch
    {
        "document_parsing_exception" or "mapper_parsing_exception" => true,
        Argument => Reason.Contains("immense term", StringComparison.Ordinal),
        "action_request_validation_exception" => Reason.Contains("is too long", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether the index is in a state in which it does not do what is asked, until somebody changes that state.</summary>
    public bool IsOfTheIndex => Type is Closed or Blocked;

    /// <summary>Reads the member <c>error</c> of an answer or of an item.</summary>
    public static ElasticsearchError Of(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return new ElasticsearchError("", error.ToString(), null);
        // The root cause says more than "all shards failed".
        var said = error.TryGetProperty("root_cause", out var causes) && causes.GetArrayLength() > 0 ? causes[0] : error;
        string reason = Text(said, "reason") ?? "";
        if (said.TryGetProperty("caused_by", out var cause) && Text(cause, "reason") is { } deeper)
            reason = $"{reason} ({deeper})";
        return new ElasticsearchError(Text(said, "type") ?? "", reason, Text(said, "index"));
    }

    /// <summary>Type, reason and, where one is known, the remedy.</summary>
    public override string ToString()
    {
        string said = Type.Length == 0 ? Reason : $"{Type}: {Reason}";
        if (Type == Closed)
            return $"{said}. The index {Index} is closed; open it: POST /{Index}/_open";
        if (Type == Blocked)
            return $"{said} Free what fills the disk, or set the index's setting index.blocks.* to null.";
        if (Type == Argument && Reason.Contains("no write index", StringComparison.Ordinal))
            return $"{said}. Remove the alias from the index that does not belong to it: POST /_aliases";
        return said;
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;
}
