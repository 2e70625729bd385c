using System.Text.Json.Nodes;

namespace Eip.Api.Tests.Described;

/// <summary>One operation of an OpenAPI document.</summary>
internal sealed class Operation(string method, string path, JsonObject described)
{
    public string Method { get; } = method.ToUpperInvariant();

    public string Path { get; } = path;

    public IReadOnlyList<JsonObject> Parameters { get; } = [.. (described["parameters"]?.AsArray() ?? []).Select(static one => one!.AsObject())];

    public IReadOnlyList<string> BodyTypes { get; } = [.. (described["requestBody"]?["content"]?.AsObject() ?? []).Select(static one => one.Key)];

    public bool IsStream => Responses["200"]?["content"]?.AsObject().ContainsKey("text/event-stream") == true;

    private JsonObject Responses => described["responses"]!.AsObject();

    public static IReadOnlyList<Operation> All(JsonObject document) =>
        [.. document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject().Select(one => new Operation(one.Key, path.Key, one.Value!.AsObject())))];

    /// <summary>The schema of a body of this type, in an answer of this status.</summary>
    public JsonNode? AnswerSchema(int status, string mediaType) => Answer(status)?["content"]?[mediaType]?["schema"];

    /// <summary>What the document says of a status; null when it says nothing.</summary>
    public JsonObject? Answer(int status) => Responses[status.ToString()] as JsonObject;

    /// <summary>An example of a body.</summary>
    public string BodyExample(string mediaType)
    {
        var example = described["requestBody"]!["content"]![mediaType]!["example"]!;
        return example is JsonValue text ? text.GetValue<string>() : example.ToJsonString();
    }
}
