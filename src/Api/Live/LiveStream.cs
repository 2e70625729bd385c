using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Eip.Api.Live;

/// <summary>
/// One client's stream. What waits for it is bounded: by the feed, which ends the sequence of a subscriber that fell behind, and by the time that a
/// write may take. The client that is dropped comes back with the number of the last change it saw.
/// </summary>
internal sealed class LiveStream(ApiRequest request, ILiveFeed feed, LiveClients clients, LiveFilter filter, long? lastEventId) : IResult
{
    private const int MaxChangesPerWrite = 256;
    private Task<bool> next = Task.FromResult(false);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        if (!clients.TryEnter(request.Options.MaxLiveClients))
        {
            throw new ApiProblemException(StatusCodes.Status429TooManyRequests, "too-many-clients", null, $"{request.Options.MaxLiveClients} clients listen already.")
            {
                RetryAfterSeconds = 5,
            };
        }

        try
        {
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            var stopping = httpContext.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            await RunAsync(httpContext, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The client left, was too slow, or the host stops.
        }
        finally
        {
            clients.Leave();
        }
    }

    private async Task RunAsync(HttpContext context, CancellationToken ending)
    {
        var output = context.Response.BodyWriter;
        Comment(output, "live", null);
        await WriteOutAsync(context, ending);
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(ending);
        await using var changes = feed.SubscribeAsync(lastEventId, listening.Token).GetAsyncEnumerator(listening.Token);
        next = changes.MoveNextAsync().AsTask();
        try
        {
            await SendAsync(context, output, changes, ending);
        }
        finally
        {
            // A sequence must not be disposed while its next change is awaited.
            await listening.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task SendAsync(HttpContext context, PipeWriter output, IAsyncEnumerator<LiveChange> changes, CancellationToken ending)
    {
        long? seen = null;
        while (true)
        {
            if (!await ChangesAsync(ending))
            {
                // The number goes along, so that a client whose filter lets little through does not come back to what it need not see.
                Comment(output, "alive", seen);
                await WriteOutAsync(context, ending);
                continue;
            }

            int written = 0;
            bool ended = false;
            while (next.IsCompleted && written < MaxChangesPerWrite && !(ended = !await next))
            {
                var change = changes.Current;
                seen = change.Id;
                if (filter.Matches(change))
                {
                    Write(output, change);
                    written++;
                }

                next = changes.MoveNextAsync().AsTask();
            }

            if (ended)
                WriteText(output, "event: dropped\ndata: {\"reason\":\"This client fell too far behind; it may come back with Last-Event-ID.\"}\n\n");
            if (written > 0 || ended)
                await WriteOutAsync(context, ending);
            if (ended)
                return;
        }
    }

    // Waits for the next change, as long as a sign of life is not due. A client that leaves ends the wait at once, whether or not its subscription has
    // heard of it yet.
    private async ValueTask<bool> ChangesAsync(CancellationToken ending)
    {
        ending.ThrowIfCancellationRequested();
        if (next.IsCompleted)
            return true;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var heartbeat = Task.Delay(request.Options.LiveHeartbeat, request.Ports.Clock, waiting.Token);
        bool changed = await Task.WhenAny(next, heartbeat) == next;
        ending.ThrowIfCancellationRequested();
        await waiting.CancelAsync();
        return changed;
    }

    private async ValueTask WriteOutAsync(HttpContext context, CancellationToken ending)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var flush = context.Response.BodyWriter.FlushAsync(limit.Token);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return;
        }

        var writing = flush.AsTask();
        try
        {
            await writing.WaitAsync(request.Options.LiveWriteTimeout, request.Ports.Clock, ending);
        }
        catch (TimeoutException timeout)
        {
            context.Abort();
            throw new OperationCanceledException("The client took too long to receive.", timeout, limit.Token);
        }
    }

    private void Write(PipeWriter output, LiveChange change)
    {
        var document = new LiveDocument(change) { AsOf = request.Ports.Now };
        WriteText(output, string.Create(CultureInfo.InvariantCulture, $"id: {change.Id}\nevent: {document.Kind}\ndata: "));
        using (var writer = new Utf8JsonWriter(output))
            JsonSerializer.Serialize(writer, document, ApiJsonContext.Default.LiveDocument);
        WriteText(output, "\n\n");
    }

    private static void Comment(PipeWriter output, string text, long? id) =>
        WriteText(output, id is { } known ? string.Create(CultureInfo.InvariantCulture, $": {text}\nid: {known}\n\n") : $": {text}\n\n");

    private static void WriteText(PipeWriter output, string text) => Encoding.UTF8.GetBytes(text, output);
}
