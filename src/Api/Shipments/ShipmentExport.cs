using System.Text.Json;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Eip.Api.Shipments;

/// <summary>The whole result of a search, streamed as canonical CSV (fulfillment-v1 §5), as CSV of the fields asked for, or as JSON lines, as of the start of the call.</summary>
internal sealed class ShipmentExport(ApiRequest request, string format) : IResult
{
    private const int FlushLength = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        foreach (string name in (ReadOnlySpan<string>)["limit", "after", "facets"])
        {
            if (request.Query.Text(name) is not null)
                throw ApiProblemException.BadParameter(name, $"{name} does not apply to format={format}, which gives the whole result.");
        }

        var fields = FieldSelection.Read(request.Query);
        if (fields is not null && format == "csv")
            FieldCsv.Check(fields.Names);
        var query = CaseQueryReader.Read(request.Query, CaseFilterReader.Read(request.Query, request.Watermark));
        // A whole result takes as long as its reader does.
        httpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var response = httpContext.Response;
        response.ContentType = format == "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Cache"] = "bypass";
        // A stream of rows has no place for these two.
        response.Headers["X-As-Of"] = request.Ports.Now.ToString();
        response.Headers["X-Watermark"] = request.Watermark?.ToString() ?? "";
        response.Headers.ContentDisposition = $"attachment; filename=shipments.{format}";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        var output = response.BodyWriter;
        if (format == "csv")
            CanonicalCsv.WriteHeader(output, fields is null ? CanonicalCsv.CardHeader : string.Join(',', fields.Names));
        using var writer = new Utf8JsonWriter(output);
        await foreach (var card in request.Ports.Search.StreamAsync(query, request.Cancellation))
        {
            if (format == "csv" && fields is not null)
                FieldCsv.Write(output, fields.Names, JsonSerializer.SerializeToElement(new CardItem(card, request.Watermark), ApiJsonContext.Default.CardItem));
            else if (format == "csv")
                CanonicalCsv.Write(output, card);
            else
                WriteLine(writer, fields, card);
            if (output.UnflushedBytes >= FlushLength)
                await output.FlushAsync(request.Cancellation);
        }

        await output.FlushAsync(request.Cancellation);
    }

    private void WriteLine(Utf8JsonWriter writer, FieldSelection? fields, CaseCard card)
    {
        var item = new CardItem(card, request.Watermark);
        if (fields is null)
        {
            JsonSerializer.Serialize(writer, item, ApiJsonContext.Default.CardItem);
        }
        else
        {
            using var document = JsonSerializer.SerializeToDocument(item, ApiJsonContext.Default.CardItem);
            fields.Write(writer, document.RootElement);
        }

        writer.Flush();
        writer.Reset();
        request.Context.Response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
        request.Context.Response.BodyWriter.Advance(1);
    }
}
