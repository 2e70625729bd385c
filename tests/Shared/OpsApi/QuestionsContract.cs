using System.Text.Json.Nodes;
using Eip.Domain;

namespace Eip.Tests.OpsApi;

/// <summary>
/// What the questions over periods promise in every host, held against counts over all cards that share nothing with the answers: a test class of a host
/// derives from this and says how to start one.
/// </summary>
public abstract class QuestionsContract
{
    private const int Seed = 20180415;
    private static readonly DateOnly From = new(2018, 3, 1), To = new(2018, 4, 15);

    /// <summary>A host with an empty log, serving.</summary>
    protected abstract Task<OpsApiHost> StartAsync();

    [Fact]
    public async Task Every_question_over_a_period_agrees_with_a_count_over_all_cards()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(700, Seed);
        await host.FeedAsync(events);
        var naive = new NaiveAnswers(NaiveModel.Of(events));
        await ComparisonsAsync(host, naive);
        await BreakdownsAsync(host, naive);
        await HistogramsAsync(host, naive);
        await EstimatesAsync(host, naive);
        await StuckAsync(host, naive, events);
        await ListsAsync(host, naive);
        await PeriodsAsync(host);
    }

    private static async Task ComparisonsAsync(OpsApiHost host, NaiveAnswers naive)
    {
        const string Path = "/api/v1/compare?from=2018-03-01&to=2018-04-15&againstFrom=2018-01-20&againstTo=2018-02-28";
        var answer = await host.GetUntilAsync(Path, answer => answer["watermark"]!.GetValue<string>() == naive.Watermark.ToString());
        foreach (var (name, from, to) in new[] { ("period", From, To), ("against", new DateOnly(2018, 1, 20), new DateOnly(2018, 2, 28)) })
        {
            var (side, counts) = (answer[name]!, naive.Count(from, to));
            new[] { "orderedCount", "cancelledCount", "deliveredCount", "lateCount", "promisedCount", "keptCount" }.Select(field => side[field]!.GetValue<long>()).ShouldBe(counts, name);
        }

        var (now, then) = (naive.Count(From, To), naive.Count(new DateOnly(2018, 1, 20), new DateOnly(2018, 2, 28)));
        foreach (var rate in answer["rates"]!.AsArray())
        {
            var (hits, trials) = rate!["name"]!.GetValue<string>() switch { "lateRate" => (3, 2), "onTimeRate" => (5, 4), _ => (1, 0) };
            double p = (double)(now[hits] + then[hits]) / (now[trials] + then[trials]);
            double z = (((double)now[hits] / now[trials]) - ((double)then[hits] / then[trials])) / Math.Sqrt(p * (1 - p) * ((1.0 / now[trials]) + (1.0 / then[trials])));
            if (rate["z"] is null)
                continue;
            rate["z"]!.GetValue<double>().ShouldBe(z, tolerance: 0.0001);
            // 1.959964 is where the two-sided chance is one in twenty.
            rate["isSignificant"]!.GetValue<bool>().ShouldBe(Math.Abs(z) > 1.959964);
            (rate["verdict"]!.GetValue<string>() == "no-significant-difference").ShouldBe(Math.Abs(z) <= 1.959964);
        }

        (await host.GetAsync(Path.Replace("compare?", "compare?lane=SP-RJ&", StringComparison.Ordinal)))["period"]!["orderedCount"]!.GetValue<long>()
            .ShouldBe(naive.Count(From, To, static card => card.Lane == new Lane(Region.Parse("SP"), Region.Parse("RJ")))[0]);
    }

    private static async Task BreakdownsAsync(OpsApiHost host, NaiveAnswers naive)
    {
        foreach (string of in new[] { "deliveries", "delays", "cancellations", "approval", "handling", "transit" })
        {
            foreach (string by in new[] { "weekday", "month", "day", "sellerRegion", "lane", "step" })
            {
                if (by == "step" && of is not ("delays" or "cancellations"))
                    continue;
                var answer = await host.GetAsync($"/api/v1/breakdown?of={of}&by={by}&from=2018-03-01&to=2018-04-15");
                var expected = naive.Break(of, by, From, To);
                answer["total"]!.GetValue<long>().ShouldBe(expected.Values.Sum(static group => group.Count), $"{of} by {by}");
                answer["items"]!.AsArray().Where(static item => item!["count"]!.GetValue<long>() > 0)
                    .ToDictionary(static item => item!["key"]!.GetValue<string>(), static item => (item!["count"]!.GetValue<int>(), item["lateCount"]!.GetValue<int>(), (long?)item["duration"]?["p95Seconds"]))
                    .ShouldBe(expected, ignoreOrder: true, $"{of} by {by}");
            }
        }

        var inHandling = await host.GetAsync("/api/v1/breakdown?of=cancellations&by=month&step=handling&from=2018-03-01&to=2018-04-15");
        inHandling["total"]!.GetValue<long>().ShouldBe(naive.Break("cancellations", "step", From, To).GetValueOrDefault("handling").Count);
    }

    private static async Task HistogramsAsync(OpsApiHost host, NaiveAnswers naive)
    {
        foreach (string of in new[] { "approval", "handling", "transit", "leadTime" })
        {
            var answer = await host.GetAsync($"/api/v1/histogram?of={of}&from=2018-03-01&to=2018-04-15");
            long[] values = naive.Durations(of, From, To);
            answer["total"]!.GetValue<int>().ShouldBe(values.Length);
            foreach (var bucket in answer["items"]!.AsArray())
            {
                long from = bucket!["fromSeconds"]!.GetValue<long>(), to = (long?)bucket["toSeconds"] ?? long.MaxValue;
                bucket["count"]!.GetValue<int>().ShouldBe(values.Count(value => value >= from && value < to), $"{of} from {from}");
            }
        }
    }

    private static async Task EstimatesAsync(OpsApiHost host, NaiveAnswers naive)
    {
        var expected = naive.Estimates();
        var answer = await host.GetAsync("/api/v1/at-risk?level=late,sure,likely,possible,low,unknown&limit=1000");
        answer["total"]!.GetValue<int>().ShouldBe(expected.Count);
        expected.Values.Select(static estimate => estimate.Basis).Distinct().Count().ShouldBeGreaterThan(1);
        foreach (var item in answer["items"]!.AsArray())
        {
            string id = item!["orderId"]!.GetValue<string>();
            var estimate = item["estimate"]!;
            (estimate["basis"]!.GetValue<string>(), (string?)estimate["earliestAt"], (string?)estimate["estimatedAt"], (string?)estimate["latestAt"], (decimal?)estimate["lateRisk"])
                .ShouldBe(expected[id], id);
        }

        var risks = answer["items"]!.AsArray().Select(static item => (decimal?)item!["estimate"]!["lateRisk"] ?? -1).ToList();
        risks.ShouldBe(risks.OrderDescending());
        string first = expected.Keys.Order(StringComparer.Ordinal).First();
        var card = await host.GetAsync("/api/v1/shipments/" + Uri.EscapeDataString(first));
        ((decimal?)card["estimate"]!["lateRisk"]).ShouldBe(expected[first].Risk);
        var sure = await host.GetAsync("/api/v1/at-risk?level=sure&sort=deadlineAt&limit=1000");
        sure["total"]!.GetValue<int>().ShouldBe(answer["items"]!.AsArray().Count(static item => item!["estimate"]!["riskLevel"]!.GetValue<string>() == "sure"));
    }

    private static async Task StuckAsync(OpsApiHost host, NaiveAnswers naive, FulfillmentEvent[] events)
    {
        var now = await host.GetAsync("/api/v1/stuck?limit=1000");
        Ids(now).Order().ShouldBe(naive.Stuck(naive.Watermark, 180).Keys.Order());
        var alerts = await host.GetAsync("/api/v1/alerts?kind=stuck-orders&limit=1000");
        alerts["items"]!.AsArray().Sum(static item => item!["count"]!.GetValue<long>()).ShouldBe(now["total"]!.GetValue<long>());
        foreach (var alert in alerts["items"]!.AsArray().Where(static alert => alert!["lane"]!.GetValue<string>() != "unknown").Take(3))
            (await host.GetAsync(alert!["orders"]!.GetValue<string>()))["total"]!.GetValue<long>().ShouldBe(alert["count"]!.GetValue<long>());

        // What was stuck on a day is what a pipeline that had seen no more would have called so.
        var end = EventTime.Parse("2018-05-10T23:59:59Z");
        var then = new NaiveAnswers(NaiveModel.Of(events.Where(@event => @event.EventAt <= end)));
        var expected = then.Stuck(end, 90);
        var answer = await host.GetAsync("/api/v1/stuck?to=2018-05-10&days=90&limit=1000&sort=-excessSeconds");
        Ids(answer).ShouldBe(expected.OrderByDescending(static order => order.Value).ThenBy(static order => OrderId.Parse(order.Key)).Select(static order => order.Key));
        var old = await host.GetAsync("/api/v1/stuck?longerThan=40d&limit=1000");
        old["total"]!.GetValue<int>().ShouldBe(now["items"]!.AsArray().Count(static item => item!["openSeconds"]!.GetValue<long>() > 40 * EventTime.SecondsPerDay));
    }

    private static async Task ListsAsync(OpsApiHost host, NaiveAnswers naive)
    {
        bool Within(EventTime? at) => at is { } known && known.Date >= From && known.Date <= To;
        var late = await host.GetAsync("/api/v1/sla/violations?state=all&from=2018-03-01&to=2018-04-15&limit=1000");
        Ids(late).Order().ShouldBe(naive.Cards.Where(card => Within(card.DelayedAt)).Select(static card => card.OrderId.ToString()).Order());
        string csv = await host.Client.GetStringAsync("/api/v1/shipments?format=csv&sort=orderId&fields=orderId,isLate,openStep,slackSeconds,anomalies");
        string lines = await host.Client.GetStringAsync("/api/v1/shipments?format=jsonl&sort=orderId");
        csv.Split('\n').ShouldBe(
        [
            "orderId,isLate,openStep,slackSeconds,anomalies",
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).Select(static card =>
                $"{Quoted(card["orderId"]!.GetValue<string>())},{(card["isLate"]!.GetValue<bool>() ? "true" : "false")},{card["openStep"]},{card["slackSeconds"]},{string.Join('|', card["anomalies"]!.AsArray())}"),
            "",
        ]);
        (await host.RefusedAsync("/api/v1/shipments?format=csv&fields=orderId,variant")).Problem["field"]!.GetValue<string>().ShouldBe("fields");
        var cancelled = await host.GetAsync("/api/v1/shipments?cancelledFrom=2018-03-01&cancelledTo=2018-04-15&limit=1000");
        Ids(cancelled).Order().ShouldBe(naive.Cards.Where(card => Within(card.CancelledAt)).Select(static card => card.OrderId.ToString()).Order());
    }

    private static async Task PeriodsAsync(OpsApiHost host)
    {
        foreach (string path in new[] { "lanes?", "lanes/worst?minSamples=1&", "lanes/compare?a=SP-RJ&b=RJ-SP&", "lanes/SP/RJ?", "overview?", "delays/by-lane?", "delays/by-seller-region?",
            "bottlenecks/handoff-to-delivery?", "compare?", "breakdown?of=delays&by=month&", "histogram?of=transit&", "alerts?" })
        {
            var (byDays, byDates) = (await host.GetAsync($"/api/v1/{path}days=46&to=2018-04-15"), await host.GetAsync($"/api/v1/{path}from=2018-03-01&to=2018-04-15"));
            byDates["period"]!["from"]!.GetValue<string>().ShouldBe("2018-03-01", path);
            byDates["period"]!["to"]!.GetValue<string>().ShouldBe("2018-04-15", path);
            Body(byDates).ShouldBe(Body(byDays), path);
            var (status, problem) = await host.RefusedAsync($"/api/v1/{path}from=2018-03-01&days=46");
            (status, problem["field"]!.GetValue<string>()).ShouldBe((400, "days"), path);
            (status, problem) = await host.RefusedAsync($"/api/v1/{path}from=2018-03-02&to=2018-03-01");
            (status, problem["field"]!.GetValue<string>()).ShouldBe((400, "to"), path);
        }

        static string Body(JsonObject answer)
        {
            answer.Remove("asOf");
            return answer.ToJsonString();
        }
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static IEnumerable<string> Ids(JsonObject list) => list["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>());
}
