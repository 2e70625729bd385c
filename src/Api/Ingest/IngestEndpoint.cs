using System.IO.Compression;
using System.IO.Pipelines;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Metrics;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Ingest;

/// <summary>
/// Takes events. The body is read whole before anything is appended, so that a refused one leaves nothing behind; 200 means that every event is
/// durable and every bad line lies in the dead letters. A request that fails otherwise may be sent again: every effect is idempotent.
/// </summary>
internal static class IngestEndpoint
{
    private const string Json = "application/json";
    private const string Ndjson = "application/x-ndjson";

    private static readonly ApiEndpoint Events = new("ingest", "Ingest", ApiPaths.Root + "/events", "Appends events of the contract, as NDJSON or a JSON array, gzip or plain; durable before the answer. An eventId may be left out; one that does not follow from its event is refused.")
    {
        Accepts = [Ndjson, Json],
        NeedsWatermark = false,
        Problems = [StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status507InsufficientStorage],
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Events.Pattern, static async (HttpContext context, ApiPorts ports, IEventSink sink, ApiInstruments instruments) =>
        {
            var request = await AnswerRoutes.RequestAsync(context, ports, Events);
            var json = await AnswerRoutes.WriteAsync(request, ApiJsonContext.Default.IngestDocument, asked => TakeAsync(asked, sink, instruments));
            return new JsonAnswer<IngestDocument>(json);
        }).Describe(Events);

    private static async ValueTask<IngestDocument> TakeAsync(ApiRequest request, IEventSink sink, ApiInstruments instruments)
    {
        var context = request.Context;
        CheckMediaType(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = request.Options.MaxIngestBytes;
        using var body = new EventBody(request.Options, $"POST {ApiPaths.Root}/events {context.TraceIdentifier}", request.Ports.Clock.GetUtcNow());
        try
        {
            await ReadAsync(context.Request, body, request.Cancellation);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw ApiProblemException.BadBody(null, $"The body cannot be read to its end; none of it was taken. {exception.Message}");
        }

        var result = body.Events.Length == 0 ? default : await sink.AppendAsync(body.Events, request.Cancellation);
        await SetAsideAsync(request, body);
        instruments.Ingested(result.Appended, result.Duplicates, body.Letters.Count);
        return new IngestDocument
        {
            Received = body.Received,
            Appended = result.Appended,
            Duplicates = result.Duplicates,
            Corrections = result.Corrections,
            Rejected = body.Letters.Count,
            Errors = body.BadLines,
        };
    }

    private static async ValueTask SetAsideAsync(ApiRequest request, EventBody body)
    {
        try
        {
            if (body.Letters.Count > 0)
                await request.Ports.DeadLetters.AddAsync(body.Letters, request.Cancellation);
        }
        catch (DeadLettersFullException exception)
        {
            throw new ApiProblemException(
                StatusCodes.Status507InsufficientStorage,
                "dead-letters-full",
                null,
                $"{body.Events.Length} events were taken; {body.Letters.Count} lines that cannot be read found no room. {exception.Message}");
        }
    }

    // A browser's form can send neither type to another site without asking first.
    private static void CheckMediaType(HttpRequest request)
    {
        string type = (request.ContentType ?? "").Split(';')[0].Trim();
        if (!type.Equals(Json, StringComparison.OrdinalIgnoreCase) && !type.Equals(Ndjson, StringComparison.OrdinalIgnoreCase)
            && !type.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase))
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "media-type", "Content-Type", $"Events come as {Ndjson} or {Json}.");
    }

    private static async ValueTask ReadAsync(HttpRequest request, EventBody body, CancellationToken cancellationToken)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            await body.ReadAsync(request.BodyReader, cancellationToken);
            return;
        }

        if (!encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "media-type", "Content-Encoding", "A body is packed with gzip, or not at all.");
        const string NotWhole = "The body is not gzip of one member, or a part of it is missing; none of it was taken.";
        await using var packed = new GzipTrailer(request.Body);
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        var reader = PipeReader.Create(unpacked, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        try
        {
            await body.ReadAsync(reader, cancellationToken);
            if (!packed.Ends(body.Length))
                throw ApiProblemException.BadBody(null, NotWhole);
        }
        catch (InvalidDataException)
        {
            throw ApiProblemException.BadBody(null, NotWhole);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
