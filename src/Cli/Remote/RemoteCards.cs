using System.Text;
using System.Text.Json;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Remote;

/// <summary>Cards of a running system: its timelines, folded here as anywhere.</summary>
internal static class RemoteCards
{
    /// <summary>An order by its id, or ids that begin with a text; the time up to which the system has folded.</summary>
    public static async Task<(IReadOnlyList<string> Ids, CaseSnapshot? Card, EventTime? Watermark)> FindAsync(
        OpsApi api, string text, int most, CancellationToken cancellationToken)
    {
        if (await ReadAsync(api, text, cancellationToken) is { } exact)
            return ([text], exact.Card, exact.Watermark);
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string beginning in new[] { text, text.ToLowerInvariant(), text.ToUpperInvariant() }.Distinct(StringComparer.Ordinal))
        {
            var page = await api.GetAsync($"shipments?q={Uri.EscapeDataString(beginning)}&limit={most}&fields=orderId", cancellationToken);
            ids.UnionWith(page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("orderId").GetString()!));
        }

        return ids.Count == 1 && await ReadAsync(api, ids.Min!, cancellationToken) is { } found ? ([.. ids], found.Card, found.Watermark) : ([.. ids], null, null);
    }

    /// <summary>When an open order is likely to arrive, in words; null for a settled one.</summary>
    public static async Task<string?> OutlookAsync(OpsApi api, OrderId id, CancellationToken cancellationToken) =>
        await api.FindAsync($"shipments/{Uri.EscapeDataString(id.ToString())}?fields=estimate", cancellationToken) is { } card
            && card.TryGetProperty("estimate", out var estimate) && estimate.ValueKind == JsonValueKind.Object
            ? estimate.GetProperty("sentence").GetString()
            : null;

    private static async Task<(CaseSnapshot Card, EventTime? Watermark)?> ReadAsync(OpsApi api, string id, CancellationToken cancellationToken)
    {
        if (await api.FindAsync($"shipments/{Uri.EscapeDataString(id)}/timeline", cancellationToken) is not { } answer)
            return null;
        var order = new FulfillmentCase(OrderId.Parse(id));
        foreach (var item in answer.GetProperty("items").EnumerateArray())
        {
            if (!EventJson.TryRead(Encoding.UTF8.GetBytes(item.GetRawText()), out var @event, out var error))
                throw new UserErrorException($"The timeline of order '{id}' holds what is no event: {error}");
            order.Apply(@event);
        }

        EventTime? watermark = EventTime.TryParse(answer.GetProperty("watermark").GetString(), out var time) ? time : null;
        return (CaseSnapshot.Of(order), watermark);
    }
}
