using System.Text.Json.Nodes;

namespace Eip.Tests.OpsApi;

/// <summary>One message of a stream of server-sent events.</summary>
public sealed record SseMessage(long Id, string Event, JsonObject Data);

/// <summary>Reads server-sent events as a browser would.</summary>
public sealed class SseReader(HttpResponseMessage response, StreamReader lines) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Opens a stream.</summary>
    public static async Task<SseReader> OpenAsync(HttpClient client, string path, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is { } id)
            request.Headers.Add("Last-Event-ID", id.ToString());
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new SseReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next message.</summary>
    public async Task<SseMessage> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        long id = -1;
        string kind = "message", data = "";
        while (true)
        {
            string line = await lines.ReadLineAsync(deadline.Token) ?? throw new EndOfStreamException("The stream has ended.");
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = long.Parse(line.AsSpan(4));
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data += line[6..];
            else if (line.Length == 0 && data.Length > 0)
                return new SseMessage(id, kind, (JsonObject)JsonNode.Parse(data)!);
        }
    }

    /// <summary>The next message that fulfils a condition.</summary>
    public async Task<SseMessage> UntilAsync(Func<SseMessage, bool> condition)
    {
        while (true)
        {
            var message = await NextAsync();
            if (condition(message))
                return message;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
