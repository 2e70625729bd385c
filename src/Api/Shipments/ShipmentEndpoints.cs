using System.Text.Json;
using Eip.Api.Estimates;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Shipments;

/// <summary>Case cards: one, its timeline, and the search.</summary>
internal static class ShipmentEndpoints
{
    private static readonly ApiParameter Fields = new("fields", "Only these fields of each item.", "orderId,currentStatus,slackSeconds")
    {
        Many = true,
        Allowed = [.. FieldSelection.All],
    };

    private static readonly ApiEndpoint Card = new("shipment", "Shipments", ApiPaths.Root + "/shipments/{orderId}", "The card of one order, with its variant, slack and lane.")
    {
        Parameters = [ApiRequest.OrderIdParameter, Fields],
        Problems = [StatusCodes.Status404NotFound],
    };

    private static readonly ApiEndpoint Timeline = new("shipment-timeline", "Shipments", ApiPaths.Root + "/shipments/{orderId}/timeline", "The events of one order, each once, in order.")
    {
        Parameters = [ApiRequest.OrderIdParameter],
        Problems = [StatusCodes.Status404NotFound],
    };

    private static readonly ApiEndpoint Search = new("shipments", "Shipments", ApiPaths.Root + "/shipments", "Cards that match every condition given, a page at a time, or the whole result as CSV or JSON lines.")
    {
        Parameters =
        [
            .. CaseFilterReader.Parameters, .. CaseQueryReader.Parameters, Fields,
            new("format", "The whole result, streamed, instead of a page of it.", "json") { Allowed = ["json", "csv", "jsonl"], Default = "json" },
        ],
        OtherFormats = ["text/csv", "application/x-ndjson"],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapJson<CardDocument>(Card, CardAsync);
        routes.MapAnswer(Timeline, ApiJsonContext.Default.ListDocumentFulfillmentEvent, TimelineAsync);
        routes.MapGet(Search.Pattern, async (HttpContext context, ApiPorts ports) =>
        {
            var request = await AnswerRoutes.RequestAsync(context, ports, Search);
            var format = request.Query.Word("format", "json", "csv", "jsonl") ?? "json";
            if (format != "json")
                return new ShipmentExport(request, format);
            return (IResult)new JsonAnswer<ListDocument<CardItem>>(await SearchAsync(request));
        }).Describe(Search).Produces<ListDocument<CardItem>>(StatusCodes.Status200OK, "application/json", "text/csv", "application/x-ndjson");
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CardAsync(ApiRequest request)
    {
        var orderId = request.OrderId();
        var fields = FieldSelection.Read(request.Query);
        var asOf = request.Ports.Now;
        var snapshot = await request.Ports.Cases.FindAsync(orderId, request.Cancellation)
            ?? throw ApiProblemException.NotFound("orderId", $"No event of order '{QueryReader.Shown(orderId.ToString())}' is known.");
        request.Context.Response.Headers["X-Cache"] = "bypass";
        var document = new CardDocument(snapshot, await CompareAsync(request, snapshot.Card), await EstimateAsync(request, snapshot.Card), asOf, request.Watermark);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(document, ApiJsonContext.Default.CardDocument);
        return fields is null ? json : fields.SelectObject(json);
    }

    private static async ValueTask<DeliveryEstimate?> EstimateAsync(ApiRequest request, CaseCard card)
    {
        if (CaseProgress.Of(card).Step == OpenStep.None || request.Watermark is not { } watermark)
            return null;
        return DeliveryEstimate.Of(card, watermark, await request.Ports.Norms.GetAsync(watermark, request.Cancellation));
    }

    private static async ValueTask<LaneComparison?> CompareAsync(ApiRequest request, CaseCard card)
    {
        if (card.Lane is not { } lane || request.Watermark is not { } watermark)
            return null;
        var norms = (LaneNorms)request.Context.RequestServices.GetService(typeof(LaneNorms))!;
        var figures = await norms.FindAsync(lane, watermark, request.Cancellation);
        long? own = card.CancelledAt is not null ? null
            : card.LeadTimeSeconds ?? (card.DeliveredAt is null && card.OrderedAt is { } ordered ? Math.Max(0, watermark - ordered) : null);
        return new LaneComparison(
            lane, LaneNorms.Days, figures?.SampleCount ?? 0, figures?.P50LeadTimeHours, figures?.P95LeadTimeHours,
            own is { } seconds ? Rounding.Quotient(seconds, 3_600) : null);
    }

    private static async ValueTask<ListDocument<FulfillmentEvent>> TimelineAsync(ApiRequest request)
    {
        var orderId = request.OrderId();
        var snapshot = await request.Ports.Cases.FindAsync(orderId, request.Cancellation)
            ?? throw ApiProblemException.NotFound("orderId", $"No event of order '{QueryReader.Shown(orderId.ToString())}' is known.");
        return new ListDocument<FulfillmentEvent> { Total = snapshot.Timeline.Count, Items = snapshot.Timeline };
    }

    private static async ValueTask<ReadOnlyMemory<byte>> SearchAsync(ApiRequest request)
    {
        var fields = FieldSelection.Read(request.Query);
        var query = CaseQueryReader.Read(request.Query, CaseFilterReader.Read(request.Query, request.Watermark));
        request.Context.Response.Headers["X-Cache"] = "bypass";
        byte[] json = await AnswerRoutes.WriteAsync(request, ApiJsonContext.Default.ListDocumentCardItem, async asked =>
        {
            var page = await asked.Ports.Search.SearchAsync(query, asked.Cancellation);
            return CardList.Of(page, query, asked.Watermark);
        });
        return fields is null ? json : fields.SelectItems(json);
    }
}
