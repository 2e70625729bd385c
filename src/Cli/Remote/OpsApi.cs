using System.CommandLine;
using System.Net;
using System.Text.Json;
using Eip.Pipeline.Text;
using Eip.Simulator.Sinks;
using Polly;

namespace Eip.Cli.Remote;

/// <summary>
/// The Ops API of the running system that <c>--target</c> names. What fails in passing is tried again after pauses that grow, each told on standard error; then the
/// command ends with one line.
/// </summary>
internal sealed class OpsApi : IDisposable
{
    private const int Attempts = 5;
    private readonly HttpClient client = new();
    private readonly ResiliencePipeline<HttpResponseMessage> retries;

    private OpsApi(Uri target)
    {
        Root = RootOf(target);
        if (Environment.GetEnvironmentVariable(HttpSink.KeyVariable) is { Length: > 0 } key)
            client.DefaultRequestHeaders.Add(HttpSink.KeyHeader, key);
        var policy = HttpRetries.Default with
        {
            MaxAttempts = Attempts,
            OnRetry = (what, delay) => Console.Error.WriteLine(Printable.Line($"eip: {Root} {what}; trying again in {delay.TotalSeconds:N1} s")),
        };
        retries = policy.Build(TimeProvider.System);
    }

    /// <summary>Its address.</summary>
    public string Root { get; }

    /// <summary>An address as it is told and remembered.</summary>
    public static string RootOf(Uri target) => target.AbsoluteUri.TrimEnd('/');

    /// <summary>The system that the option names, which is told on standard error; null when it names none.</summary>
    public static OpsApi? Of(ParseResult parsed, Option<Uri?> option)
    {
        if (parsed.GetValue(option) is not { } target)
            return null;
        Console.Error.WriteLine($"eip: from {RootOf(target)}");
        return new OpsApi(target);
    }

    /// <summary>An answer to a question.</summary>
    /// <param name="path">Below <c>/api/v1</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UserErrorException">The system does not answer, or what is asked for does not exist.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, path, cancellationToken) ?? throw new UserErrorException($"{Address(path)} does not exist.", ExitCodes.NotFound);

    /// <summary>The same; null when what is asked for does not exist.</summary>
    public Task<JsonElement?> FindAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, cancellationToken);

    /// <summary>The answer to a command; null when what it is about does not exist.</summary>
    public Task<JsonElement?> PostAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private string Address(string path) => $"{Root}/api/v1/{path}";

    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        string address = Address(path);
        try
        {
            using var response = await retries.ExecuteAsync(
                async token =>
                {
                    using var request = new HttpRequestMessage(method, address);
                    return await client.SendAsync(request, token);
                },
                cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            using var document = JsonDocument.Parse(text);
            if (response.IsSuccessStatusCode)
                return document.RootElement.Clone();
            string reason = document.RootElement.TryGetProperty("detail", out var detail) ? detail.ToString() : "no reason given.";
            throw new UserErrorException($"{address} answered {(int)response.StatusCode}: {reason}");
        }
        catch (Exception exception) when (exception is HttpRequestException or (TaskCanceledException { InnerException: TimeoutException }))
        {
            throw new UserErrorException($"{Root} cannot be reached: {exception.Message}");
        }
        catch (JsonException)
        {
            throw new UserErrorException($"{address} gave an answer that is not the Ops API's.");
        }
    }
}
