using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Tests.OpsApi;

/// <summary>What the Ops API promises in every host: a test class of a host derives from this and says how to start one.</summary>
public abstract partial class OpsApiContract
{
    private const int Seed = 20180630;

    /// <summary>A host with an empty log, serving.</summary>
    protected abstract Task<OpsApiHost> StartAsync();

    [Fact]
    public async Task Every_card_agrees_with_the_fold_and_carries_what_operators_read_off_it()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(60, Seed);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        foreach (var @case in model.Cases.Values)
        {
            var card = @case.ToCard();
            var answer = await host.GetAsync("/api/v1/shipments/" + Uri.EscapeDataString(card.OrderId.ToString()));
            Expected.ShouldHold(answer, Expected.Card(card), card.OrderId.ToString());
            answer["variant"]!.GetValue<string>().ShouldBe(CaseVariant.Of(@case.ToTimeline()));
            answer["watermark"]!.GetValue<string>().ShouldBe(model.Watermark.ToString());
            answer["asOf"]!.GetValue<string>().Length.ShouldBe(EventTime.TextLength);
            EventTime? until = card.CancelledAt is null ? card.DeliveredAt ?? model.Watermark : null;
            ((long?)answer["slackSeconds"]).ShouldBe(card.EstimatedDeliveryAt is { } promise && until is { } end ? promise + 86_399 - end : null);
            (answer["lane"] is null).ShouldBe(card.Lane is null);
        }
    }

    [Fact]
    public async Task A_timeline_holds_each_event_once_and_in_order()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(20, Seed);
        await host.FeedAsync([.. events, .. events]);
        foreach (var @case in NaiveModel.Of(events).Cases.Values)
        {
            var answer = await host.GetAsync($"/api/v1/shipments/{Uri.EscapeDataString(@case.OrderId.ToString())}/timeline");
            answer["total"]!.GetValue<int>().ShouldBe(@case.EventCount);
            answer["items"]!.AsArray().Select(static item => item!["eventId"]!.GetValue<string>()).ShouldBe(@case.ToTimeline().Select(static @event => @event.Id.ToString()));
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("status=DELAYED,DELIVERED", "late")]
    [InlineData("sellerRegion=SP&customerRegion=unknown", "regions")]
    [InlineData("stuckIn=transit&longerThan=2d", "stuck")]
    [InlineData("anomaly=MISSING_APPROVAL&anomaly=HANDOFF_BEFORE_APPROVAL", "odd")]
    [InlineData("leadTimeMin=5d&leadTimeMax=P20D", "times")]
    public async Task Pages_put_together_are_the_whole_result_in_every_order(string filter, string kind)
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(150, Seed);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        var asked = new CaseQuery { Filter = Filter(kind, model) };
        foreach (string sort in new[] { "-orderedAt", "orderedAt", "deliveredAt", "-leadTimeSeconds", "eventCount", "orderId" })
        {
            bool descending = sort[0] == '-';
            var expected = model.Search(asked with { Sort = Enum.Parse<CaseSort>(sort.TrimStart('-'), ignoreCase: true), Descending = descending })
                .ConvertAll(static card => card.OrderId.ToString());
            var found = new List<string>();
            string? after = null;
            do
            {
                var page = await host.GetAsync($"/api/v1/shipments?{filter}&sort={sort}&limit=23{(after is null ? "" : "&after=" + after)}".Replace("?&", "?", StringComparison.Ordinal));
                page["total"]!.GetValue<int>().ShouldBe(expected.Count);
                found.AddRange(page["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()));
                after = page["next"]?.GetValue<string>();
            }
            while (after is not null);
            found.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Facets_count_all_that_match_and_name_the_unknown_region()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(120, Seed);
        await host.FeedAsync(events);
        var expected = NaiveModel.Facets(NaiveModel.Of(events).Cases.Values.Select(static @case => @case.ToCard()));
        var facets = (await host.GetAsync("/api/v1/shipments?facets=true&limit=1"))["facets"]!;
        Counts(facets["status"]!).ShouldBe(expected.Status, ignoreOrder: true);
        Counts(facets["anomalies"]!).ShouldBe(expected.Anomalies, ignoreOrder: true);
        Counts(facets["sellerRegion"]!)["unknown"].ShouldBe(expected.SellerRegion[""]);
        Counts(facets["customerRegion"]!).Values.Sum().ShouldBe(expected.CustomerRegion.Values.Sum());
    }

    [Fact]
    public async Task Csv_and_json_lines_stream_the_whole_result()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(90, Seed);
        await host.FeedAsync(events);
        var cards = NaiveModel.Of(events).Search(new CaseQuery { Sort = CaseSort.OrderId, Descending = false });
        var canonical = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalCsv.WriteHeader(canonical, CanonicalCsv.CardHeader);
        foreach (var card in cards)
            CanonicalCsv.Write(canonical, card);
        (await host.Client.GetByteArrayAsync("/api/v1/shipments?sort=orderId&format=csv")).ShouldBe(canonical.WrittenSpan.ToArray());
        string lines = await host.Client.GetStringAsync("/api/v1/shipments?sort=orderId&format=jsonl&fields=orderId,isLate");
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!["orderId"]!.GetValue<string>())
            .ShouldBe(cards.Select(static card => card.OrderId.ToString()));
    }

    [Fact]
    public async Task Lanes_agree_with_their_ledgers_by_day_and_rolling()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(150, Seed);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        var ledger = model.Ledger();
        int last = model.Watermark!.Value.DayNumber;
        foreach (var lane in ledger.Lanes)
        {
            string path = $"/api/v1/lanes/{lane.Lane.Seller}/{lane.Lane.Customer}";
            var answer = await host.GetAsync(path);
            foreach (var (window, days) in answer["rolling"]!.AsArray().Zip(LaneLedger.RollingDays))
                Expected.ShouldHold(window!.AsObject(), Expected.Kpis(lane.Over(last, days)), $"{lane.Lane} over {days} days");
            var daily = await host.GetAsync(path + "/daily");
            var rows = ledger.ToRouteStats().Where(row => row.Lane == lane.Lane).ToList();
            daily["total"]!.GetValue<int>().ShouldBe(rows.Count);
            foreach (var (item, row) in daily["items"]!.AsArray().Zip(rows))
            {
                item!["statDate"]!.GetValue<string>().ShouldBe(row.StatDate.ToString("O"));
                Expected.ShouldHold(item.AsObject(), Expected.Kpis(row.Kpis), $"{lane.Lane} on {row.StatDate:O}");
            }
        }

        var all = await host.GetAsync("/api/v1/lanes?days=3660&explain=true");
        all["items"]!.AsArray().Count.ShouldBe(ledger.Lanes.Count);
        foreach (var item in all["items"]!.AsArray())
            Expected.ShouldHold(item!.AsObject(), Expected.Kpis(ledger.Find(ParseLane(item["lane"]!))!.Over(last, 3_660)), item["lane"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_overview_counts_every_order_once()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(100, Seed);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        var answer = await host.GetUntilAsync("/api/v1/overview", overview => overview["orderCount"]!.GetValue<int>() == model.Cases.Count);
        answer["status"]!.AsObject().Sum(static count => count.Value!.GetValue<long>()).ShouldBe(model.Cases.Count);
        Expected.ShouldHold(answer["rolling"]![2]!.AsObject(), Expected.Kpis(model.Ledger().Over(model.Watermark!.Value.DayNumber, 90)), "90 days");
    }

    [Fact]
    public async Task Violations_are_the_orders_that_tms_judged_late_open_and_settled()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(150, Seed);
        await host.FeedAsync(events);
        var cards = NaiveModel.Of(events).Cases.Values.Select(static @case => @case.ToCard()).Where(static card => card.IsLate).ToList();
        var answer = await host.GetAsync("/api/v1/sla/violations?state=all&limit=1000");
        answer["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()).Order().ShouldBe(cards.Select(static card => card.OrderId.ToString()).Order());
        answer["open"]!.GetValue<int>().ShouldBe(cards.Count(static card => card.CurrentStatus == CaseStatus.Delayed));
        answer["settled"]!.GetValue<int>().ShouldBe(cards.Count(static card => card.CurrentStatus != CaseStatus.Delayed));
    }

    [Theory]
    [InlineData("approval-to-handoff", CaseDuration.Handling)]
    [InlineData("handoff-to-delivery", CaseDuration.Transit)]
    public async Task Bottlenecks_measure_their_step_and_compare_with_the_period_before(string name, CaseDuration duration)
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(200, Seed);
        await host.FeedAsync(events);
        var model = NaiveModel.Of(events);
        var answer = await host.GetAsync($"/api/v1/bottlenecks/{name}?days=60&minSamples=1");
        var end = EventTime.StartOf(model.Watermark!.Value.Date) + EventTime.SecondsPerDay;
        var start = end + (-60 * EventTime.SecondsPerDay);
        var range = new TimeRange(start, end);
        var filter = duration == CaseDuration.Handling ? new CaseFilter { Ordered = range } : new CaseFilter { Delivered = range };
        var expected = model.Measure(filter, duration, CaseGrouping.None).Single();
        answer["distribution"]!["count"]!.GetValue<long>().ShouldBe(expected.Count);
        answer["distribution"]!["p95Seconds"]!.GetValue<long>().ShouldBe(expected.P95);
        answer["previous"].ShouldNotBeNull();
        answer["worstOrders"]![0]![duration == CaseDuration.Handling ? "handlingSeconds" : "transitSeconds"]!.GetValue<long>().ShouldBe(expected.Max);
        answer["worstSellerRegions"]!.AsArray().Count.ShouldBe(model.Measure(filter, duration, CaseGrouping.SellerRegion).Count);
    }

    [Fact]
    public async Task Stuck_orders_have_waited_longer_than_their_norm_and_pages_hold_them_all()
    {
        await using var host = await StartAsync();
        await host.FeedAsync(Fixtures.Orders(250, Seed));
        var whole = await host.GetAsync("/api/v1/stuck?limit=1000&days=3660");
        var items = whole["items"]!.AsArray();
        items.Count.ShouldBeGreaterThan(0);
        foreach (var item in items)
        {
            item!["openSeconds"]!.GetValue<long>().ShouldBeGreaterThan(item["normSeconds"]!.GetValue<long>());
            item["openStep"].ShouldNotBeNull();
        }

        var paged = new List<string>();
        string? after = null;
        do
        {
            var page = await host.GetAsync($"/api/v1/stuck?limit=7&days=3660{(after is null ? "" : "&after=" + after)}");
            paged.AddRange(page["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()));
            after = page["next"]?.GetValue<string>();
        }
        while (after is not null);
        paged.ShouldBe(items.Select(static item => item!["orderId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Delays_by_region_and_lane_count_the_same_late_deliveries()
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(150, Seed);
        await host.FeedAsync(events);
        var cards = NaiveModel.Of(events).Cases.Values.Select(static @case => @case.ToCard()).ToList();
        var delivered = cards.Where(static card => card.CurrentStatus == CaseStatus.Delivered && card.LeadTimeSeconds is not null).ToList();
        var regions = await host.GetAsync("/api/v1/delays/by-seller-region?days=3660&limit=1000");
        Total(regions, "lateCount").ShouldBe(delivered.Count(static card => card.IsLate));
        Total(regions, "openLateCount").ShouldBe(cards.Count(static card => card.CurrentStatus == CaseStatus.Delayed));
        var lanes = await host.GetAsync("/api/v1/delays/by-lane?days=3660&limit=1000");
        Total(lanes, "deliveredCount").ShouldBe(delivered.Count(static card => card.Lane is not null));
        static long Total(JsonObject list, string field) => list["items"]!.AsArray().Sum(item => item![field]!.GetValue<long>());
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("array")]
    [InlineData("gzip")]
    public async Task Events_come_as_lines_or_as_an_array_plain_or_packed(string form)
    {
        await using var host = await StartAsync();
        var events = Fixtures.Orders(40, Seed);
        byte[] body = form == "array" ? Fixtures.Array(events) : Fixtures.Ndjson(events);
        using var answer = form switch
        {
            "array" => await host.PostEventsAsync(body, "application/json"),
            "gzip" => await host.PostEventsAsync(Pack(body), encoding: "gzip"),
            _ => await host.PostEventsAsync(body),
        };
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        told["received"]!.GetValue<int>().ShouldBe(events.Length);
        (told["appended"]!.GetValue<int>() + told["duplicates"]!.GetValue<int>()).ShouldBe(events.Length);
        await host.SettleAsync();
        (await host.GetAsync("/api/v1/shipments?limit=1"))["total"]!.GetValue<int>().ShouldBe(NaiveModel.Of(events).Cases.Count);
    }

    [Fact]
    public async Task Bad_lines_are_reported_by_number_and_lie_in_the_dead_letters_while_good_ones_are_taken()
    {
        await using var host = await StartAsync();
        string good = EventJson.ToJson(Fixtures.Event(Fixtures.HexId(1), EventType.OrderPlaced, "2018-06-01T00:00:00Z"));
        string body = $"{good}\n\nnot json\n{good.Replace("OMS", "TMS", StringComparison.Ordinal)}\n{good}\n";
        using var answer = await host.PostEventsAsync(Encoding.UTF8.GetBytes(body));
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        told["received"]!.GetValue<int>().ShouldBe(4);
        told["rejected"]!.GetValue<int>().ShouldBe(2);
        told["errors"]!.AsArray().Select(static error => error!["line"]!.GetValue<int>()).ShouldBe([3, 4]);
        told["errors"]![1]!["field"]!.GetValue<string>().ShouldBe("source");
        var letters = await host.GetAsync("/api/v1/dead-letters");
        letters["total"]!.GetValue<int>().ShouldBe(2);
        letters["items"]![0]!["content"]!.GetValue<string>().ShouldBe("not json");
        letters["items"]![0]!["id"]!.GetValue<string>().ShouldBe(told["errors"]![0]!["deadLetter"]!.GetValue<string>());
        using var retry = await host.Client.PostAsync($"/api/v1/dead-letters/{letters["items"]![0]!["id"]}/retry", null);
        JsonNode.Parse(await retry.Content.ReadAsStringAsync())!["outcome"]!.GetValue<string>().ShouldBe("still-bad");
    }

    [Fact]
    public async Task The_live_stream_tells_of_changes_and_resumes_after_the_last_one_seen()
    {
        await using var host = await StartAsync();
        string order = Fixtures.HexId(7);
        await host.FeedAsync([Fixtures.Event(order, EventType.OrderPlaced, "2018-06-01T00:00:00Z"), Fixtures.Event(order, EventType.OrderApproved, "2018-06-02T00:00:00Z")]);
        await using var first = await SseReader.OpenAsync(host.Client, $"/api/v1/live?kind=card,alert&order={order}&lastEventId=0");
        var seen = await first.NextAsync();
        seen.Data["card"]!["orderId"]!.GetValue<string>().ShouldBe(order);
        await host.FeedAsync([Fixtures.Event(order, EventType.DeliveryDelayed, "2018-06-20T00:00:00Z")]);
        var alert = await first.UntilAsync(static message => message.Event == "alert");
        alert.Data["card"]!["isLate"]!.GetValue<bool>().ShouldBeTrue();
        await using var again = await SseReader.OpenAsync(host.Client, $"/api/v1/live?kind=card,alert&order={order}", lastEventId: seen.Id);
        (await again.NextAsync()).Id.ShouldBeGreaterThan(seen.Id);
    }

    [Theory]
    [InlineData("/api/v1/shipments?colour=red", "colour")]
    [InlineData("/api/v1/shipments?limit=0", "limit")]
    [InlineData("/api/v1/shipments?status=LOST", "status")]
    [InlineData("/api/v1/shipments?longerThan=3d", "longerThan")]
    [InlineData("/api/v1/shipments?after=AAAA", "after")]
    [InlineData("/api/v1/shipments?orderedFrom=2018-02-30", "orderedFrom")]
    [InlineData("/api/v1/shipments?late=yes", "late")]
    [InlineData("/api/v1/shipments?late=true&late=false", "late")]
    [InlineData("/api/v1/shipments?fields=secret", "fields")]
    [InlineData("/api/v1/shipments?format=csv&limit=3", "limit")]
    [InlineData("/api/v1/lanes/compare?a=SP-RJ", "b")]
    [InlineData("/api/v1/lanes/sp/RJ", "seller")]
    [InlineData("/api/v1/overview?days=9999999999999", "days")]
    [InlineData("/api/v1/live?kind=gossip", "kind")]
    public async Task A_bad_parameter_is_refused_by_its_name(string path, string field)
    {
        await using var host = await StartAsync();
        var (status, problem) = await host.RefusedAsync(path);
        status.ShouldBe(400);
        problem["field"]!.GetValue<string>().ShouldBe(field);
        problem["traceId"]!.GetValue<string>().ShouldNotBeEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_did_not_change_is_not_sent_again()
    {
        await using var host = await StartAsync();
        await host.FeedAsync(Fixtures.Orders(10, Seed));
        using var first = await host.Client.GetAsync("/api/v1/shipments?limit=5");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/shipments?limit=5");
        request.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());
        using var second = await host.Client.SendAsync(request);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_that_keeps_up_calls_itself_ready()
    {
        await using var host = await StartAsync();
        await host.FeedAsync(Fixtures.Orders(5, Seed));
        (await host.GetAsync("/health/live"))["status"]!.GetValue<string>().ShouldBe("live");
        (await host.GetAsync("/health/ready"))["status"]!.GetValue<string>().ShouldBe("ready");
        (await host.Client.GetStringAsync("/metrics")).ShouldContain("eip_lag_events 0");
    }

    private static CaseFilter Filter(string kind, NaiveModel model) => kind switch
    {
        "late" => new CaseFilter { Statuses = [CaseStatus.Delayed, CaseStatus.Delivered] },
        "regions" => new CaseFilter { SellerRegions = [Region.Parse("SP")], CustomerRegions = [Region.Unknown] },
        "stuck" => new CaseFilter { OpenStep = OpenStep.Transit, OpenSinceAtMost = model.Watermark!.Value + (-(2 * EventTime.SecondsPerDay) - 1) },
        "odd" => new CaseFilter { AnyAnomaly = CaseAnomalies.MissingApproval | CaseAnomalies.HandoffBeforeApproval },
        "times" => new CaseFilter { LeadTime = new SecondsRange(5 * EventTime.SecondsPerDay, 20 * EventTime.SecondsPerDay) },
        _ => new CaseFilter(),
    };

    private static Dictionary<string, long> Counts(JsonNode facet) => facet.AsObject().ToDictionary(static count => count.Key, static count => count.Value!.GetValue<long>(), StringComparer.Ordinal);

    private static Lane ParseLane(JsonNode text) => Lane.TryParse(text.GetValue<string>(), out var lane) ? lane : throw new FormatException($"{text} is no lane.");

    private static byte[] Pack(byte[] body)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(body);
        return memory.ToArray();
    }
}
