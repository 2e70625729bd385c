using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Domain;

namespace Eip.Tests.OpsApi;

/// <summary>A host that serves the Ops API, whatever it is made of.</summary>
/// <param name="client">Reaches it.</param>
/// <param name="stop">Takes it down.</param>
/// <param name="folded">What its search needs once everything is folded, such as a refresh; null when it needs nothing.</param>
public sealed class OpsApiHost(HttpClient client, Func<ValueTask> stop, Func<Task>? folded = null) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reaches the host.</summary>
    public HttpClient Client => client;

    /// <summary>Posts events and waits until they are folded.</summary>
    public async Task FeedAsync(FulfillmentEvent[] events)
    {
        foreach (var part in events.Chunk(20_000))
        {
            using var answer = await PostEventsAsync(Fixtures.Ndjson(part));
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }

        await SettleAsync();
    }

    /// <summary>Posts a body of events.</summary>
    public Task<HttpResponseMessage> PostEventsAsync(byte[] body, string type = "application/x-ndjson", string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return client.PostAsync("/api/v1/events", content);
    }

    /// <summary>Waits until the projections and the search hold all that the log holds.</summary>
    public async Task SettleAsync()
    {
        await GetUntilAsync("/api/v1/pipeline", static pipeline => pipeline["lagEvents"]!.GetValue<long>() == 0);
        if (folded is not null)
            await folded();
        long orders = (await GetAsync("/api/v1/pipeline"))["orderCount"]!.GetValue<long>();
        await GetUntilAsync("/api/v1/shipments?limit=1", list => list["total"]!.GetValue<long>() >= orders);
        // The watermark of answers may be 50 ms old.
        await Task.Delay(TimeSpan.FromMilliseconds(60));
    }

    /// <summary>A successful answer as JSON.</summary>
    public async Task<JsonObject> GetAsync(string path)
    {
        using var answer = await client.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"GET {path} was answered {(int)answer.StatusCode}: {text}");
        return (JsonObject)JsonNode.Parse(text)!;
    }

    /// <summary>Asks until an answer fulfils a condition; cached answers may be older at first.</summary>
    public async Task<JsonObject> GetUntilAsync(string path, Func<JsonObject, bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await GetAsync(path);
            if (condition(answer))
                return answer;
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"GET {path} did not come to what was expected; last {answer.ToJsonString(new JsonSerializerOptions { WriteIndented = false })[..Math.Min(800, answer.ToJsonString().Length)]}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>A refusal: its status and its problem details.</summary>
    public async Task<(int Status, JsonObject Problem)> RefusedAsync(string path)
    {
        using var answer = await client.GetAsync(path);
        return await ProblemAsync(answer);
    }

    /// <summary>Reads problem details.</summary>
    public static async Task<(int Status, JsonObject Problem)> ProblemAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            throw new InvalidOperationException($"Problem details were expected, not {(int)answer.StatusCode} {answer.Content.Headers.ContentType}: {text}");
        return ((int)answer.StatusCode, (JsonObject)JsonNode.Parse(text)!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await stop();
    }
}
