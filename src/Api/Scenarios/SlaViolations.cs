using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Api.Shipments;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>Orders whose promise was broken: open ones to chase, settled ones to learn from. Late is TMS's word (fulfillment-v1 §3).</summary>
internal static class SlaViolations
{
    private static readonly string[] NotHere = ["late", "status", "stuckIn", "longerThan", "delayedFrom", "delayedTo"];

    private static readonly ApiEndpoint Violations = new("sla-violations", "Scenarios", ApiPaths.Root + "/sla/violations", "Orders that TMS judged late: open, settled or all; the longest overdue first. Without a time of delivery an order is open, whatever its source calls it.")
    {
        Parameters =
        [
            new("state", "Which of them.", "open") { Allowed = ["open", "settled", "all"] },
            new("from", "First day of the judgement, UTC; the first of all by default.", "2018-01-01"),
            new("to", "Last day of the judgement, UTC, included; the last of all by default.", "2018-06-30"),
            .. CaseFilterReader.Parameters.Where(static parameter => !NotHere.Contains(parameter.Name)), .. CaseQueryReader.Parameters,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Violations, ApiJsonContext.Default.SlaViolationsDocument, AnswerAsync);

    private static async ValueTask<SlaViolationsDocument> AnswerAsync(ApiRequest request)
    {
        string state = request.Query.Word("state", "open", "settled", "all") ?? "open";
        var (from, to) = (request.Query.Day("from"), request.Query.Day("to"));
        var period = PeriodReader.Checked(from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue, "from", "to");
        var late = CaseFilterReader.Read(request.Query, request.Watermark) with { IsLate = true, Delayed = from is null && to is null ? default : period.Moments() };
        var open = late with { Statuses = [CaseStatus.Delayed] };
        var settled = late with { Statuses = [CaseStatus.Delivered, CaseStatus.Cancelled] };
        var asked = state switch { "open" => open, "settled" => settled, _ => late };
        var query = CaseQueryReader.Read(request.Query, asked, CaseSort.EstimatedDeliveryAt, usuallyDescending: state == "settled");
        var page = await request.Ports.Search.SearchAsync(query, request.Cancellation);
        var list = CardList.Of(page, query, request.Watermark);
        return new SlaViolationsDocument
        {
            Total = list.Total,
            Counted = "Orders that TMS judged late in the period, cancelled ones included; open ones are neither delivered nor cancelled now.",
            Period = from is null && to is null ? null : period.Item("delayedAt"),
            Items = list.Items,
            Next = list.Next,
            Facets = list.Facets,
            Open = state == "open" ? page.Total : await CountAsync(request, open),
            Settled = state == "settled" ? page.Total : await CountAsync(request, settled),
        };
    }

    private static async ValueTask<long> CountAsync(ApiRequest request, CaseFilter filter) =>
        (await request.Ports.Search.SearchAsync(new CaseQuery { Filter = filter, Limit = 1 }, request.Cancellation)).Total;
}
