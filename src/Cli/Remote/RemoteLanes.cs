using System.Globalization;
using System.Text.Json;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Remote;

/// <summary>Lanes of a running system.</summary>
internal static class RemoteLanes
{
    private const int MaxDays = 3_660;

    /// <summary>The figures of every lane over the days from one on; of ten years when there is none.</summary>
    public static async Task<IReadOnlyList<LaneFigures>> ListAsync(OpsApi api, EventTime? since, CancellationToken cancellationToken)
    {
        int days = MaxDays;
        if (since is { } first)
        {
            var status = await api.GetAsync("pipeline", cancellationToken);
            if (EventTime.TryParse(status.GetProperty("watermark").GetString(), out var watermark))
                days = Math.Clamp(watermark.Date.DayNumber - first.Date.DayNumber + 1, 1, MaxDays);
        }

        var lanes = new List<LaneFigures>();
        string? after = null;
        do
        {
            string next = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"lanes?days={days}{next}"), cancellationToken);
            lanes.AddRange(page.GetProperty("items").EnumerateArray().Select(Read));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return lanes;
    }

    private static LaneFigures Read(JsonElement item) => new(
        new Lane(Region.Parse(item.GetProperty("sellerRegion").GetString()), Region.Parse(item.GetProperty("customerRegion").GetString())),
        item.Deserialize<LaneKpis>(JsonSerializerOptions.Web)!);
}
