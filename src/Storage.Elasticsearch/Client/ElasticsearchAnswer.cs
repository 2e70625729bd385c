using System.Text;
using System.Text.Json;

namespace Eip.Storage.Elasticsearch.Client;

/// <summary>What came back for a request: a status, or none when nothing did.</summary>
/// <param name="Status">The HTTP status; null when the server was not reached or did not answer in time.</param>
/// <param name="Body">The answer's body.</param>
/// <param name="Failure">Why nothing came back.</param>
internal sealed record ElasticsearchAnswer(int? Status, byte[] Body, Exception? Failure)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public bool IsMissing => Status == 404;

    /// <summary>Whether the same request may well succeed later.</summary>
    public bool IsTransient => Status is not { } status || IsTransientStatus(status);

    /// <summary>The server's reason, or the start of whatever it said.</summary>
    public string Reason => Failure is not null && Status is null ? Failure.Message : ReasonOf(Body) ?? Shown(Body);

    /// <summary>Statuses of a server that is overloaded, starting or cut off from its peers, and of the proxies before it.</summary>
    public static bool IsTransientStatus(int status) => status is 408 or 429 or 502 or 503 or 504;

    /// <summary>Reads the body; the document has to be disposed of.</summary>
    public JsonDocument Parse() => JsonDocument.Parse(Body);

    private static string? ReasonOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error", out var error))
                return null;
            if (error.ValueKind != JsonValueKind.Object)
                return error.ToString();
            // The root cause says more than "all shards failed".
            var cause = error.TryGetProperty("root_cause", out var causes) && causes.GetArrayLength() > 0 ? causes[0] : error;
            return $"{Text(cause, "type")}: {Text(cause, "reason")}";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string Shown(byte[] body) => body.Length == 0 ? "an empty answer" : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)));
}
