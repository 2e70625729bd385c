using System.Text.Json.Serialization;
using Eip.Api.Estimates;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Api.Shipments;
using Eip.Domain;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Scenarios;

/// <summary>An open order and when it is likely to arrive.</summary>
public sealed class AtRiskItem(CaseCard card, EventTime? watermark, DeliveryEstimate estimate) : CardItem(card, watermark)
{
    /// <summary>When it is likely to arrive, and how likely that is too late.</summary>
    [JsonPropertyOrder(20)]
    public DeliveryEstimate Estimate => estimate;
}

/// <summary>Open orders by the risk that they arrive late.</summary>
internal static class AtRisk
{
    // Orders in the positions of pages: numbers that no search uses.
    private const byte FirstOrder = 192;
    private static readonly string[] Sorts = ["-lateRisk", "deadlineAt", "estimatedAt", "-openSeconds"];
    private static readonly string[] Levels = ["late", "sure", "likely", "possible", "low", "unknown"];

    private static readonly ApiEndpoint Question = new(
        "at-risk", "Scenarios", ApiPaths.Root + "/at-risk",
        "Open orders with an estimate of their delivery and the risk that it is late, drawn from the deliveries of their lane in the last 90 days.")
    {
        Parameters =
        [
            new("level", "Only orders of these levels of risk; sure, likely and possible by default.", "sure") { Many = true, Allowed = Levels },
            new("step", "Only orders that wait in this step.", "transit") { Allowed = CaseFilterReader.Steps },
            .. CaseFilterReader.Places,
            new("from", "First day of the deadlines, UTC.", "2018-06-01"),
            new("to", "Last day of the deadlines, UTC, included.", "2018-07-31"),
            new("sort", "What comes first.", "deadlineAt") { Allowed = Sorts },
            .. CaseQueryReader.Paging,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Question, ApiJsonContext.Default.ListDocumentAtRiskItem, AnswerAsync);

    private static async ValueTask<ListDocument<AtRiskItem>> AnswerAsync(ApiRequest request)
    {
        var levels = request.Query.Words("level", Levels) is { Count: > 0 } asked ? asked : ["sure", "likely", "possible"];
        int sort = Math.Max(Array.IndexOf(Sorts, request.Query.Word("sort", Sorts)), 0);
        int limit = request.Query.Limit();
        CursorText? after = request.Query.Text("after") is { } text ? CursorText.Decode(text, (byte)(FirstOrder + sort)) : null;
        var (from, to) = (request.Query.Day("from"), request.Query.Day("to"));
        if (from is { } first && to is { } last)
            PeriodReader.Checked(first, last, "from", "to");
        var filter = CaseFilterReader.ReadPlaces(request.Query) with { OpenStep = CaseFilterReader.Step(request.Query.Word("step", CaseFilterReader.Steps)) };
        var found = new List<Found>();
        var counts = Levels.ToDictionary(static level => level, static _ => 0L, StringComparer.Ordinal);
        if (request.Watermark is { } watermark)
        {
            var norms = await request.Ports.Norms.GetAsync(watermark, request.Cancellation);
            await request.Ports.Search.VisitAsync(filter with { Statuses = CaseFilterReader.OpenStatuses }, Take, request.Cancellation);

            void Take(CaseCard card)
            {
                if (DeliveryEstimate.Of(card, watermark, norms) is not { } estimate || !Within(estimate.DeadlineAt))
                    return;
                counts[estimate.RiskLevel]++;
                if (levels.Contains(estimate.RiskLevel))
                    found.Add(new Found(card, estimate, Key(sort, card, estimate)));
            }
        }

        found.Sort(static (left, right) => Compare(left.Key, left.Card.OrderId, right.Key, right.Card.OrderId));
        int start = after is { } position ? found.FindIndex(item => Compare(item.Key, item.Card.OrderId, position.Value ?? 0, position.OrderId) > 0) : 0;
        var page = start < 0 ? [] : found.GetRange(start, Math.Min(limit, found.Count - start));
        bool more = start >= 0 && start + page.Count < found.Count;
        return new ListDocument<AtRiskItem>
        {
            Total = found.Count,
            Counted = "Orders that are neither delivered nor cancelled, at the watermark.",
            Period = from is null && to is null ? null : new PeriodItem(from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue, "deadlineAt"),
            Items = [.. page.Select(item => new AtRiskItem(item.Card, request.Watermark, item.Estimate))],
            Next = more ? new CursorText((byte)(FirstOrder + sort), page[^1].Key, page[^1].Card.OrderId, null).Encode() : null,
            Facets = new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal) { ["level"] = counts },
        };

        bool Within(EventTime? deadline) => (from is null && to is null) || (deadline is { } due && !(due.Date < from) && !(due.Date > to));
    }

    // What comes first has the smallest key; what has no value comes last.
    private static long Key(int sort, CaseCard card, DeliveryEstimate estimate) => sort switch
    {
        0 => estimate.LateRisk is { } risk ? -(long)(risk * 10_000) : long.MaxValue,
        1 => estimate.DeadlineAt?.UnixSeconds ?? long.MaxValue,
        2 => estimate.EstimatedAt?.UnixSeconds ?? long.MaxValue,
        _ => CaseProgress.Of(card).Since?.UnixSeconds ?? long.MaxValue,
    };

    private static int Compare(long left, OrderId leftId, long right, OrderId rightId) => left != right ? left.CompareTo(right) : leftId.CompareTo(rightId);

    private readonly record struct Found(CaseCard Card, DeliveryEstimate Estimate, long Key);
}
