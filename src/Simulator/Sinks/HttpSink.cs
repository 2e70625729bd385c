using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Polly;

namespace Eip.Simulator.Sinks;

/// <summary>
/// A running system: contract JSON lines, packed with gzip, to <c>POST /api/v1/events</c>. A batch goes in requests of a bounded length, a few at a time; it
/// is taken when all of them were answered, which is what makes a slow system hold the clock. Requests that fail are repeated (<see cref="HttpRetries"/>).
/// <para>
/// Delivery is at least once. A batch whose fate is unknown is sent a second time; before it would be sent a third time, the system is asked which of
/// its events it has.
/// </para>
/// </summary>
public sealed class HttpSink : IReplaySink
{
    /// <summary>The header that carries the API key.</summary>
    public const string KeyHeader = "X-Api-Key";

    /// <summary>The environment variable that holds the API key.</summary>
    public const string KeyVariable = "EIP_API_KEY";

    private const int RequestLength = 2048;
    private const int RequestsInFlight = 4;
    private readonly HttpClient client;
    private readonly TopicLayout layout;
    private readonly ResiliencePipeline<HttpResponseMessage> retries;
    private readonly Uri events, pipeline, shipments;
    private readonly TimeProvider time;
    private readonly Lock gate = new();

    /// <summary>A sink to the system whose root is <paramref name="target"/>, such as <c>http://localhost:8080</c>.</summary>
    /// <param name="target">The root, without <c>/api/v1</c>.</param>
    /// <param name="client">The client; the sink disposes of it.</param>
    /// <param name="apiKey">The key, if the system wants one.</param>
    /// <param name="layout">With <see cref="TopicLayout.PerOwner"/> no request mixes owners, as three producers would have it.</param>
    /// <param name="retries">How failures are retried.</param>
    /// <param name="time">Real time.</param>
    public HttpSink(Uri target, HttpClient client, string? apiKey, TopicLayout layout, HttpRetries retries, TimeProvider time)
    {
        (this.client, this.layout, this.time) = (client, layout, time);
        this.retries = retries.Build(time);
        Name = target.AbsoluteUri.TrimEnd('/');
        events = new Uri(Name + "/api/v1/events");
        pipeline = new Uri(Name + "/api/v1/pipeline");
        shipments = new Uri(Name + "/api/v1/shipments/");
        if (!string.IsNullOrEmpty(apiKey))
            client.DefaultRequestHeaders.Add(KeyHeader, apiKey);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) =>
        EventTime.TryParse((await PipelineAsync(cancellationToken)).Watermark, out var watermark) ? watermark : null;

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    public string? Mark() => null;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        var requests = layout.Split(batch).SelectMany(Slices);
        var options = new ParallelOptions { MaxDegreeOfParallelism = RequestsInFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(requests, options, PostAsync);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default)
    {
        if (attempts < 2)
            return batch;
        // What was taken shows once it is folded. Malformed lines cannot be asked for; they may come again and change nothing.
        while ((await PipelineAsync(cancellationToken)).LagEvents > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        var held = new Dictionary<OrderId, HashSet<string>>();
        var missing = new List<Emission>(batch.Length);
        for (int i = 0; i < batch.Length; i++)
        {
            var emission = batch.Span[i];
            var order = emission.Event.OrderId;
            if (!held.TryGetValue(order, out var ids))
                held.Add(order, ids = await TimelineAsync(order, cancellationToken));
            if (emission.IsMalformed || !ids.Contains(emission.Event.Id.ToString()))
                missing.Add(emission);
        }

        return missing.ToArray();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<ReadOnlyMemory<Emission>> Slices(ReadOnlyMemory<Emission> batch)
    {
        for (int at = 0; at < batch.Length; at += RequestLength)
            yield return batch.Slice(at, Math.Min(RequestLength, batch.Length - at));
    }

    private async ValueTask PostAsync(ReadOnlyMemory<Emission> slice, CancellationToken cancellationToken)
    {
        byte[] body = EmissionBody.Pack(slice.Span);
        using var response = await ExchangeAsync(
            () =>
            {
                var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                content.Headers.ContentEncoding.Add("gzip");
                return new HttpRequestMessage(HttpMethod.Post, events) { Content = content };
            },
            cancellationToken);
        var answer = await ReadAsync(response, TargetJson.Default.IngestAnswer, cancellationToken);
        lock (gate)
            Taken += new AppendResult(answer.Appended, answer.Duplicates, answer.Corrections);
    }

    private async ValueTask<PipelineAnswer> PipelineAsync(CancellationToken cancellationToken)
    {
        using var response = await ExchangeAsync(() => new HttpRequestMessage(HttpMethod.Get, pipeline), cancellationToken);
        return await ReadAsync(response, TargetJson.Default.PipelineAnswer, cancellationToken);
    }

    private async ValueTask<HashSet<string>> TimelineAsync(OrderId order, CancellationToken cancellationToken)
    {
        var address = new Uri(shipments, Uri.EscapeDataString(order.ToString()) + "/timeline");
        using var response = await ExchangeAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellationToken, notFoundIsFine: true);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
            return [];
        var answer = await ReadAsync(response, TargetJson.Default.TimelineAnswer, cancellationToken);
        return [.. answer.Items.Select(static item => item.EventId)];
    }

    private async ValueTask<HttpResponseMessage> ExchangeAsync(
        Func<HttpRequestMessage> request, CancellationToken cancellationToken, bool notFoundIsFine = false)
    {
        HttpResponseMessage response;
        try
        {
            response = await retries.ExecuteAsync(
                async token =>
                {
                    using var message = request();
                    return await client.SendAsync(message, token);
                },
                cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new ReplayTargetException($"{Name} cannot be reached: {exception.Message}", exception);
        }

        if (response.IsSuccessStatusCode || (notFoundIsFine && response.StatusCode == System.Net.HttpStatusCode.NotFound))
            return response;
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        response.Dispose();
        throw new ReplayTargetException($"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}: {Detail(text)}", null);
    }

    private async ValueTask<T> ReadAsync<T>(
        HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new ReplayTargetException($"{response.RequestMessage?.RequestUri} gave an answer that is not the Ops API's.", exception);
        }
    }

    private static string Detail(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, TargetJson.Default.ProblemAnswer)?.Detail ?? Shown(text);
        }
        catch (JsonException)
        {
            return Shown(text);
        }
    }

    private static string Shown(string text) => text.Length == 0 ? "no reason given." : text.Length > 200 ? text[..200] + "…" : text;
}

/// <summary>A target does not answer, or refuses what a replay sends.</summary>
/// <param name="message">What happened, in a sentence for people.</param>
/// <param name="cause">The cause, if there is one.</param>
public sealed class ReplayTargetException(string message, Exception? cause) : Exception(message, cause);

internal sealed record IngestAnswer(long Appended, long Duplicates, long Rejected, long Corrections = 0);

internal sealed record PipelineAnswer(string? Watermark, long LagEvents);

internal sealed record TimelineAnswer(IReadOnlyList<TimelineItem> Items);

internal sealed record TimelineItem(string EventId);

internal sealed record ProblemAnswer(string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IngestAnswer))]
[JsonSerializable(typeof(PipelineAnswer))]
[JsonSerializable(typeof(TimelineAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class TargetJson : JsonSerializerContext;
