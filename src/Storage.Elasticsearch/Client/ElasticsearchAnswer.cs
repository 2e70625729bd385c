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

    /// <summary>The error of the body; null when it has none that can be read.</summary>
    public ElasticsearchError? Error => ErrorOf(Body);

    /// <summary>The server's reason, or the start of whatever it said.</summary>
    public string Reason => Failure is not null && Status is null ? Failure.GetBaseException().Message : Error?.ToString() ?? Shown(Body);

    /// <summary>The same in one line: of a server that was not reached, what its address was met with.</summary>
    public string BriefReason => Status is null ? Reason : $"status {Status}, {Reason}";

    /// <summary>Statuses of a server that is overloaded, starting or cut off from its peers, and of the proxies before it.</summary>
    public static bool IsTransientStatus(int status) => status is 408 or 429 or 502 or 503 or 504;

    /// <summary>Reads the body; the document has to be disposed of.</summary>
    public JsonDocument Parse() => JsonDocument.Parse(Body);

    private static ElasticsearchError? ErrorOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            bool isError = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out _);
            return isError ? ElasticsearchError.Of(document.RootElement.GetProperty("error")) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shown(byte[] body) => body.Length == 0 ? "an empty answer" : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)));
}
