using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

/// <summary>The answers agree with the contract's figures for real orders, after a replay and in the middle of one.</summary>
public sealed class OlistAgreementTests
{
    [Fact]
    public async Task Answers_agree_with_a_second_computation_while_a_replay_rests_midway_and_after_it()
    {
        Assert.SkipUnless(OlistSample.Folder() is not null, "The real sample is not beside the repository.");
        var figures = OlistFigures.Read(OlistSample.Folder()!);
        await using var host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: true, data: OlistSample.Folder());
        await SteerAsync(host, HttpMethod.Post, """{"mode":"replay","speed":1e9,"maxRate":8000}""");
        await host.GetUntilAsync("/api/v1/pipeline", static pipeline => pipeline["replay"]!["emitted"]!.GetValue<long>() > 4_000);
        await SteerAsync(host, HttpMethod.Patch, """{"paused":true}""");
        int emitted = await RestAsync(host);
        emitted.ShouldBeInRange(4_000, figures.Count);
        await CompareAsync(host, figures, emitted);
        await SteerAsync(host, HttpMethod.Patch, """{"paused":false}""");
        await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["state"]!.GetValue<string>() == "completed");
        await host.SettleAsync();
        await CompareAsync(host, figures, figures.Count);
    }

    private static async Task CompareAsync(OpsApiHost host, OlistFigures figures, int count)
    {
        var orders = figures.Orders(count);
        (await host.GetAsync("/api/v1/pipeline"))["watermark"]!.GetValue<string>().ShouldBe(figures.Watermark(count));
        var lines = (await host.Client.GetStringAsync("/api/v1/shipments?format=jsonl&sort=orderId")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(orders.Count);
        foreach (var (line, order) in lines.Zip(orders.OrderBy(static order => order.Id, StringComparer.Ordinal)))
        {
            var card = JsonNode.Parse(line)!;
            Row(card).ShouldBe(
                $"{order.Id} {order.Status} {order.At(0)} {order.At(1)} {order.At(2)} {order.At(3)} {order.At(4)} {order.At(5)} {order.At(6)} {order.Promised} {order.Seller} {order.Customer} "
                + $"{order.Seconds(0, 1)} {order.Seconds(1, 3)} {order.Seconds(3, 4)} {order.Seconds(0, 4)} {order.IsLate} {order.EventCount}");
        }

        foreach (var order in orders.Where(static (_, i) => i % 250 == 0))
            (await host.GetAsync("/api/v1/shipments/" + order.Id))["variant"]!.GetValue<string>().ShouldBe(order.Variant);
        await CompareLanesAsync(host, orders, DateTime.Parse(figures.Watermark(count), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal));
    }

    private static async Task CompareLanesAsync(OpsApiHost host, List<OlistFigures.Figure> orders, DateTime watermark)
    {
        var since = watermark.Date.AddDays(-89);
        var lanes = orders.Where(order => order is { Status: not "CANCELLED", Seller: not null, Delivered: { } delivered } && order.Seconds(0, 4) is not null && delivered >= since && delivered < watermark.Date.AddDays(1))
            .GroupBy(static order => $"{order.Seller}-{order.Customer}", StringComparer.Ordinal).ToList();
        lanes.Count.ShouldBeGreaterThan(3);
        // The answer may be two seconds old; it is that of this watermark soon.
        var answer = await host.GetUntilAsync("/api/v1/lanes?days=90", list => list["watermark"]!.GetValue<string>() == OlistFigures.Text(watermark) && Samples(list) == lanes.Sum(static lane => lane.Count()));
        var items = answer["items"]!.AsArray().ToDictionary(static item => item!["lane"]!.GetValue<string>(), static item => item!, StringComparer.Ordinal);
        foreach (var lane in lanes)
        {
            long[] times = [.. lane.Select(static order => order.Seconds(0, 4)!.Value).Order()];
            var item = items[lane.Key];
            item["sampleCount"]!.GetValue<int>().ShouldBe(times.Length, lane.Key);
            item["lateCount"]!.GetValue<int>().ShouldBe(lane.Count(static order => order.IsLate), lane.Key);
            item["lateRate"]!.GetValue<decimal>().ShouldBe(Rounded(lane.Count(static order => order.IsLate), times.Length), lane.Key);
            item["avgLeadTimeHours"]!.GetValue<decimal>().ShouldBe(Rounded(times.Sum(), times.Length * 3_600m), lane.Key);
            item["p95LeadTimeHours"]!.GetValue<decimal>().ShouldBe(Rounded(times[(int)Math.Ceiling(times.Length * 0.95m) - 1], 3_600), lane.Key);
            // What is promised for a day of the window counts on that day, delivered or not.
            var promised = orders.Where(order => order.Status != "CANCELLED" && $"{order.Seller}-{order.Customer}" == lane.Key
                && order.Promised is { } day && string.CompareOrdinal(day, OlistFigures.Text(since)) >= 0 && string.CompareOrdinal(day, OlistFigures.Text(watermark)) <= 0).ToList();
            int kept = promised.Count(static order => order.Delivered is not null && !order.IsLate);
            (item["promisedCount"]!.GetValue<int>(), item["keptCount"]!.GetValue<int>()).ShouldBe((promised.Count, kept), lane.Key);
            ((decimal?)item["onTimeRate"]).ShouldBe(promised.Count == 0 ? null : Rounded(kept, promised.Count), lane.Key);
            item["p50LeadTimeHours"]!.GetValue<decimal>().ShouldBe(Rounded(times[(int)Math.Ceiling(times.Length * 0.5m) - 1], 3_600), lane.Key);
        }

        static long Samples(JsonObject list) => list["items"]!.AsArray().Sum(static item => item!["sampleCount"]!.GetValue<long>());
        static decimal Rounded(decimal dividend, decimal divisor) => decimal.Round(dividend / divisor, 4, MidpointRounding.AwayFromZero);
    }

    private static string Row(JsonNode card) => string.Join(
        ' ',
        new[]
        {
            "orderId", "currentStatus", "orderedAt", "approvedAt", "assignedAt", "handoffAt", "deliveredAt", "delayedAt", "cancelledAt", "estimatedDeliveryAt", "sellerRegion", "customerRegion",
            "approvalSeconds", "handlingSeconds", "transitSeconds", "leadTimeSeconds", "isLate", "eventCount",
        }.Select(name => name == "isLate" ? card[name]!.GetValue<bool>().ToString() : card[name]?.ToString() ?? ""));

    private static async Task<int> RestAsync(OpsApiHost host)
    {
        await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["state"]!.GetValue<string>() == "paused");
        long before = -1;
        while (true)
        {
            await host.SettleAsync();
            long emitted = (await host.GetAsync("/api/v1/replay"))["replay"]!["emitted"]!.GetValue<long>();
            if (emitted == before)
                return (int)emitted;
            before = emitted;
        }
    }

    private static async Task SteerAsync(OpsApiHost host, HttpMethod method, string body)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/replay");
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await host.Client.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
