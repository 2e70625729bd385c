using Eip.Api.Http;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Live;

/// <summary>Changes as they happen, as server-sent events.</summary>
internal static class LiveEndpoint
{
    private static readonly ApiEndpoint Live = new("live", "Live", ApiPaths.Root + "/live", "Card changes, alerts and pipeline ticks as server-sent events; a client that falls behind is dropped.")
    {
        Parameters =
        [
            new("kind", "Only these kinds.", "alert") { Many = true, Allowed = ["card", "alert", "tick"] },
            new("order", "Only this order.", "00b1cb0320190ca0daa2c88b35206009") { Many = true },
            new("lane", "Only this lane.", "SP-RJ") { Many = true },
            new("region", "Only orders from or to this region.", "SP") { Many = true },
            new("lastEventId", "Go on after this number, where the header Last-Event-ID cannot be set.", "0"),
        ],
        IsStream = true,
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Live.Pattern, async (HttpContext context, ApiPorts ports, ILiveFeed feed, LiveClients clients) =>
        {
            var request = await AnswerRoutes.RequestAsync(context, ports, Live);
            return (IResult)new LiveStream(request, feed, clients, Filter(request.Query), LastEventId(request));
        }).Describe(Live).Produces<LiveDocument>(StatusCodes.Status200OK, "text/event-stream");

    private static LiveFilter Filter(QueryReader query) => new(
        [.. query.Texts("kind").Select(static kind => kind switch
        {
            "card" => LiveKind.Card,
            "alert" => LiveKind.Alert,
            "tick" => LiveKind.Tick,
            _ => throw ApiProblemException.BadParameter("kind", $"'{QueryReader.Shown(kind)}' is none of card, alert, tick."),
        })],
        [.. query.Texts("order").Select(static text => OrderId.TryParse(text, out var id)
            ? id
            : throw ApiProblemException.BadParameter("order", $"'{QueryReader.Shown(text)}' is not an order id."))],
        [.. query.Lanes("lane")],
        [.. query.Regions("region")]);

    private static long? LastEventId(ApiRequest request)
    {
        string? header = request.Context.Request.Headers["Last-Event-ID"];
        string? text = string.IsNullOrEmpty(header) ? request.Query.Text("lastEventId") : header;
        if (text is null)
            return null;
        return long.TryParse(text, out long id) && id >= 0
            ? id
            : throw ApiProblemException.BadParameter(string.IsNullOrEmpty(header) ? "lastEventId" : "Last-Event-ID", $"'{QueryReader.Shown(text)}' is not the number of an event.");
    }
}

/// <summary>Which changes a client wants: all conditions that are set. Ticks belong to no order, so a condition on orders leaves them out unless they are asked for.</summary>
internal sealed record LiveFilter(HashSet<LiveKind> Kinds, HashSet<OrderId> Orders, HashSet<Lane> Lanes, HashSet<Region> Regions)
{
    public bool Matches(LiveChange change)
    {
        if (Kinds.Count > 0 && !Kinds.Contains(change.Kind))
            return false;
        if (change.Card is not { } card)
            return Kinds.Count > 0 || (Orders.Count == 0 && Lanes.Count == 0 && Regions.Count == 0);
        return (Orders.Count == 0 || Orders.Contains(card.OrderId))
            && (Lanes.Count == 0 || (card.Lane is { } lane && Lanes.Contains(lane)))
            && (Regions.Count == 0 || Regions.Contains(card.SellerRegion) || Regions.Contains(card.CustomerRegion));
    }
}

/// <summary>How many clients there are.</summary>
internal sealed class LiveClients
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref count) <= most)
            return true;
        Interlocked.Decrement(ref count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref count);
}
