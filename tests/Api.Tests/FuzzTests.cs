using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

/// <summary>Searches and bodies from a seed: never a 5xx, never a hang, never a wrong total.</summary>
public sealed class FuzzTests
{
    private const int BodyCount = 2_000;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_search_has_the_total_and_the_facets_of_a_plain_count()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        await using var host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false);
        var events = Fixtures.Orders(150, 9);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        for (int i = 0; i < 1_500; i++)
        {
            var (query, filter) = Search(random, model);
            var expected = model.Search(new CaseQuery { Filter = filter });
            var answer = await host.GetAsync("/api/v1/shipments?limit=3&facets=true&" + query);
            answer["total"]!.GetValue<int>().ShouldBe(expected.Count, $"seed {seed}, {query}");
            answer["facets"]!["status"]!.AsObject().Sum(static count => count.Value!.GetValue<long>()).ShouldBe(expected.Count, $"seed {seed}, {query}");
            answer["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>())
                .ShouldBe(expected.Take(3).Select(static card => card.OrderId.ToString()), $"seed {seed}, {query}");
        }
    }

    [Fact]
    public async Task Bodies_of_any_kind_are_taken_set_aside_or_refused_and_what_is_counted_adds_up()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        await using var host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false);
        var events = Fixtures.Orders(30, 9);
        long letters = 0;
        for (int i = 0; i < BodyCount; i++)
        {
            byte[] body = Body(random, events);
            string path = random.Next(8) == 0 ? "/api/v1/replay" : "/api/v1/events";
            using var request = new HttpRequestMessage(path.EndsWith("replay", StringComparison.Ordinal) && random.Next(2) == 0 ? HttpMethod.Patch : HttpMethod.Post, path);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(6) == 0 ? "application/json; charset=utf-8" : path.EndsWith("replay", StringComparison.Ordinal) ? "application/json" : "application/x-ndjson");
            if (random.Next(20) == 0)
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
            using var hang = new CancellationTokenSource(Hang);
            using var answer = await host.Client.SendAsync(request, hang.Token);
            ((int)answer.StatusCode).ShouldBeLessThan(500, $"seed {seed}, body {i}");
            if (answer.StatusCode != HttpStatusCode.OK)
                continue;
            var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            if (told["received"] is null)
                continue;
            long rejected = told["rejected"]!.GetValue<long>();
            (told["appended"]!.GetValue<long>() + told["duplicates"]!.GetValue<long>() + rejected).ShouldBe(told["received"]!.GetValue<long>(), $"seed {seed}, body {i}");
            told["errors"]!.AsArray().Count.ShouldBe((int)rejected);
            letters += rejected;
        }

        (await host.GetAsync("/api/v1/dead-letters?limit=1"))["total"]!.GetValue<long>().ShouldBe(letters, $"seed {seed}");
    }

    private static (string Query, CaseFilter Filter) Search(Random random, NaiveModel model)
    {
        var parts = new List<string>();
        var filter = new CaseFilter();
        if (random.Next(3) == 0)
        {
            CaseStatus[] statuses = [.. CaseNames.AllStatuses.Where(_ => random.Next(3) == 0)];
            if (statuses.Length > 0)
            {
                parts.Add("status=" + string.Join(random.Next(2) == 0 ? "," : "&status=", statuses.Select(static status => status.Name())));
                filter = filter with { Statuses = statuses };
            }
        }

        if (random.Next(4) == 0)
        {
            bool late = random.Next(2) == 0;
            parts.Add(late ? "late=true" : "late=false");
            filter = filter with { IsLate = late };
        }

        if (random.Next(3) == 0)
        {
            parts.Add("sellerRegion=SP,unknown");
            filter = filter with { SellerRegions = [Region.Parse("SP"), Region.Unknown] };
        }

        if (random.Next(5) == 0)
        {
            parts.Add("lane=SP-RJ&lane=RJ-SP");
            filter = filter with { Lanes = [new Lane(Region.Parse("SP"), Region.Parse("RJ")), new Lane(Region.Parse("RJ"), Region.Parse("SP"))] };
        }

        if (random.Next(3) == 0)
        {
            var from = new DateOnly(2018, random.Next(1, 6), random.Next(1, 28));
            var to = from.AddDays(random.Next(60));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"orderedFrom={from:yyyy-MM-dd}&orderedTo={to:yyyy-MM-dd}"));
            filter = filter with { Ordered = new TimeRange(EventTime.StartOf(from), EventTime.StartOf(to) + EventTime.SecondsPerDay) };
        }

        if (random.Next(5) == 0)
        {
            parts.Add("anomaly=MISSING_APPROVAL,DELIVERED_AND_CANCELLED");
            filter = filter with { AnyAnomaly = CaseAnomalies.MissingApproval | CaseAnomalies.DeliveredAndCancelled };
        }

        if (random.Next(4) == 0)
        {
            int hours = random.Next(1, 2_000);
            parts.Add($"stuckIn=transit&longerThan={hours}h");
            filter = filter with { OpenStep = OpenStep.Transit, OpenSinceAtMost = model.Watermark!.Value + ((-hours * 3_600L) - 1) };
        }

        if (random.Next(4) == 0)
        {
            int days = random.Next(1, 20);
            parts.Add($"transitMin={days}d");
            filter = filter with { Transit = new SecondsRange(days * EventTime.SecondsPerDay, null) };
        }

        if (random.Next(6) == 0)
        {
            string prefix = random.Next(3) == 0 ? "order \"1" : random.Next(16).ToString("x");
            parts.Add("q=" + Uri.EscapeDataString(prefix));
            filter = filter with { OrderIdPrefix = prefix };
        }

        return (string.Join('&', parts), filter);
    }

    private static byte[] Body(Random random, FulfillmentEvent[] events)
    {
        var lines = new List<byte[]>();
        for (int i = random.Next(6); i > 0; i--)
        {
            byte[] line = Encoding.UTF8.GetBytes(EventJson.ToJson(events[random.Next(events.Length)]));
            for (int hits = random.Next(4) == 0 ? random.Next(1, 4) : 0; hits > 0; hits--)
                line[random.Next(line.Length)] = (byte)random.Next(256);
            if (random.Next(10) == 0)
                line = line[..random.Next(line.Length)];
            lines.Add(line);
        }

        bool asArray = random.Next(3) == 0;
        var body = new List<byte>();
        if (asArray)
            body.Add((byte)'[');
        for (int i = 0; i < lines.Count; i++)
        {
            if (i > 0)
                body.Add(asArray ? (byte)',' : (byte)'\n');
            body.AddRange(lines[i]);
        }

        if (asArray && random.Next(5) > 0)
            body.Add((byte)']');
        return [.. body];
    }
}
