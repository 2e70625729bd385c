using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Testing;

namespace Eip.Storage.Elasticsearch.Tests;

/// <summary>Stands in for a server whose answers the test decides.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    /// <param name="answer">Status and body for the n-th request, counted from 1, with this body.</param>
    public StubServer(Func<int, string, (int Status, string Body)> answer)
    {
        int port = new ServerProcess("", static _ => []).Port;
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        Options = new ElasticsearchOptions
        {
            Nodes = [new Uri($"http://127.0.0.1:{port}")], Compress = false, Pause = TimeSpan.FromMilliseconds(5), MaxPause = TimeSpan.FromMilliseconds(20),
        };
        serving = ServeAsync(answer);
    }

    public ElasticsearchOptions Options { get; }

    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>Method and path of every request, such as <c>PUT /shipments</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The ids of the documents of a bulk request.</summary>
    public static IEnumerable<string> Ids(string body) =>
        body.Split('\n').Where(static (_, i) => i % 2 == 0).Where(static line => line.Length > 0).Select(static line => JsonNode.Parse(line)!["index"]!["_id"]!.GetValue<string>());

    /// <summary>The answer to a bulk request with a status for each document.</summary>
    public static string Items(string body, Func<int, int> statusOf)
    {
        var items = new JsonArray();
        foreach (var (at, id) in Ids(body).Index())
        {
            var item = new JsonObject { ["_id"] = id, ["status"] = statusOf(at) };
            if (statusOf(at) >= 300)
                item["error"] = new JsonObject { ["type"] = "es_rejected_execution_exception", ["reason"] = "busy" };
            items.Add(new JsonObject { ["index"] = item });
        }

        return new JsonObject { ["took"] = 1, ["errors"] = true, ["items"] = items }.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync(Func<int, string, (int Status, string Body)> answer)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                string body = await reader.ReadToEndAsync();
                Bodies.Enqueue(body);
                Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}");
                var (status, text) = answer(Bodies.Count, body);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
