using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Cli.CommandLine;
using Eip.Domain;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>A window that a running system makes from its own data set.</summary>
internal sealed class RemoteWindow(string target)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts it, waits for its end and tells what came of it.</summary>
    /// <exception cref="UserErrorException">The system cannot be reached, or refuses.</exception>
    public async Task<string> RunAsync(EventTime from, EventTime to, CancellationToken cancellationToken)
    {
        var address = new Uri(target + "/api/v1/replay");
        using var client = new HttpClient();
        if (Environment.GetEnvironmentVariable(HttpSink.KeyVariable) is { Length: > 0 } key)
            client.DefaultRequestHeaders.Add(HttpSink.KeyHeader, key);
        try
        {
            var start = new JsonObject { ["mode"] = "window", ["from"] = from.ToString(), ["to"] = to.ToString() };
            using var started = await client.PostAsync(address, JsonContent.Create(start), cancellationToken);
            var replay = await ReadAsync(started, cancellationToken);
            string id = Text(replay, "id");
            while (Text(replay, "state") is "preparing" or "running" or "paused")
            {
                await Task.Delay(Interval, cancellationToken);
                using var asked = await client.GetAsync(address, cancellationToken);
                replay = await ReadAsync(asked, cancellationToken);
                if (Text(replay, "id") != id)
                    throw new UserErrorException($"{target} started another replay meanwhile; ask it with: {CommandLineText.Of($"status --target {target}")}");
            }

            string outcome = $"{Text(replay, "state")}: {(long?)replay["emitted"] ?? 0:N0} events emitted by {target} from its own data set";
            return Text(replay, "state") == "completed" ? outcome : throw new UserErrorException($"{outcome}. {Text(replay, "error")}");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new UserErrorException($"{address} does not answer as it should: {exception.Message}");
        }
    }

    private async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
        if (!answer.IsSuccessStatusCode)
            throw new UserErrorException($"{target} refuses the window: {(document is null ? answer.ReasonPhrase : Text(document, "detail"))}");
        return document?["replay"] as JsonObject ?? throw new JsonException("there is no replay in it.");
    }

    private static string Text(JsonObject document, string name) => document[name]?.ToString() ?? "";
}
