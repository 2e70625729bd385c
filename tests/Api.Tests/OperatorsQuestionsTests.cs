using System.Globalization;
using System.Text.Json.Nodes;
using Eip.Tests.OpsApi;
using static Eip.Api.Tests.OlistFigures;

namespace Eip.Api.Tests;

/// <summary>
/// What operators ask, as docs/questions.md has it: each in two calls at most, over the real sample, held against a count over its rows that shares nothing
/// with the product.
/// </summary>
public sealed class OperatorsQuestionsTests(OperatorsHost shop) : IClassFixture<OperatorsHost>
{
    private const int Placed = 0, Approved = 1, Handed = 3, Arrived = 4, Judged = 5, Cancelled = 6;
    private static readonly DateTime Watermark = new(2018, 10, 16, 20, 16, 2, DateTimeKind.Unspecified);

    [Fact]
    public async Task How_many_orders_are_open_overdue_delivered_and_cancelled()
    {
        var answer = await shop.GetAsync("/api/v1/overview");
        foreach (var (status, count) in answer["status"]!.AsObject())
            count!.GetValue<int>().ShouldBe(shop.Orders.Count(order => order.Status == status), status);
        answer["orderCount"]!.GetValue<int>().ShouldBe(shop.Orders.Count);
    }

    [Fact]
    public async Task Why_lanes_count_fewer_cancelled_orders_than_there_are()
    {
        var overview = await shop.GetAsync("/api/v1/overview?from=2017-11-01&to=2018-10-16");
        var lanes = await shop.GetAsync("/api/v1/lanes?days=3660&limit=1000");
        long inLanes = lanes["items"]!.AsArray().Sum(static lane => lane!["cancelledCount"]!.GetValue<long>());
        inLanes.ShouldBe(shop.Orders.Count(static order => order is { Status: "CANCELLED", Seller: not null }));
        (inLanes + overview["noLaneCancelledCount"]!.GetValue<long>()).ShouldBe(overview["status"]!["CANCELLED"]!.GetValue<long>());
    }

    [Fact]
    public async Task How_many_promises_of_the_first_half_of_2018_were_kept()
    {
        var total = (await shop.GetAsync("/api/v1/overview?from=2018-01-01&to=2018-06-30"))["total"]!;
        var promised = Promised("2018-01-01", "2018-06-30").Where(static order => order.Seller is not null).ToList();
        total["promisedCount"]!.GetValue<int>().ShouldBe(promised.Count);
        total["onTimeRate"]!.GetValue<decimal>().ShouldBe(Rate(promised.Count(Kept), promised.Count));
    }

    [Fact]
    public async Task Which_lane_kept_the_fewest_promises_beyond_chance_in_2018()
    {
        var worst = (await shop.GetAsync("/api/v1/lanes/worst?from=2018-01-01&to=2018-08-31&limit=1"))["items"]![0]!;
        var expected = Promised("2018-01-01", "2018-08-31").Where(static order => order.Seller is not null)
            .GroupBy(static order => $"{order.Seller}-{order.Customer}", StringComparer.Ordinal).Where(static lane => lane.Count() >= 20)
            .MinBy(static lane => WilsonHigh(lane.Count(Kept), lane.Count()))!;
        worst["lane"]!.GetValue<string>().ShouldBe(expected.Key);
        (worst["keptCount"]!.GetValue<int>(), worst["promisedCount"]!.GetValue<int>()).ShouldBe((expected.Count(Kept), expected.Count()));
    }

    [Fact]
    public async Task Whether_one_lane_is_better_than_another()
    {
        var answer = await shop.GetAsync("/api/v1/lanes/compare?a=SP-RJ&b=SP-SP&from=2018-01-01&to=2018-06-30");
        foreach (var (side, customer) in new[] { ("a", "RJ"), ("b", "SP") })
        {
            var promised = Promised("2018-01-01", "2018-06-30").Where(order => order.Seller == "SP" && order.Customer == customer).ToList();
            answer[side]!["onTimeRate"]!.GetValue<decimal>().ShouldBe(Rate(promised.Count(Kept), promised.Count), side);
        }

        answer["prefer"]!.GetValue<string>().ShouldBe("SP-SP");
    }

    [Fact]
    public async Task Whether_the_first_quarter_was_worse_than_the_one_before()
    {
        var answer = await shop.GetAsync("/api/v1/compare?from=2018-01-01&to=2018-03-31&againstFrom=2017-10-01&againstTo=2017-12-31");
        var rate = answer["rates"]!.AsArray().Single(static rate => rate!["name"]!.GetValue<string>() == "lateRate")!;
        var (now, then) = (Delivered("2018-01-01", "2018-03-31").ToList(), Delivered("2017-10-01", "2017-12-31").ToList());
        var (late, lateThen) = (now.Count(static order => order.IsLate), then.Count(static order => order.IsLate));
        (rate["trials"]!.GetValue<int>(), rate["trialsAgainst"]!.GetValue<int>()).ShouldBe((now.Count, then.Count));
        double p = (double)(late + lateThen) / (now.Count + then.Count);
        double z = (((double)late / now.Count) - ((double)lateThen / then.Count)) / Math.Sqrt(p * (1 - p) * ((1.0 / now.Count) + (1.0 / then.Count)));
        rate["z"]!.GetValue<double>().ShouldBe(z, tolerance: 0.0001);
        rate["isSignificant"]!.GetValue<bool>().ShouldBe(Math.Abs(z) > 1.96);
    }

    [Fact]
    public async Task On_which_weekday_deliveries_are_late()
    {
        var answer = await shop.GetAsync("/api/v1/breakdown?of=deliveries&by=weekday&from=2018-01-01&to=2018-06-30");
        var delivered = Delivered("2018-01-01", "2018-06-30").ToList();
        foreach (var day in answer["items"]!.AsArray())
        {
            var own = delivered.Where(order => order.Time(Arrived)!.Value.DayOfWeek.ToString() == day!["key"]!.GetValue<string>()).ToList();
            (day!["count"]!.GetValue<int>(), day["lateCount"]!.GetValue<int>()).ShouldBe((own.Count, own.Count(static order => order.IsLate)));
        }
    }

    [Fact]
    public async Task In_which_month_most_orders_were_cancelled_while_they_waited_for_the_carrier()
    {
        var answer = await shop.GetAsync("/api/v1/breakdown?of=cancellations&by=month&step=handling&from=2017-01-01&to=2018-10-31");
        var expected = shop.Orders.Where(static order => order.Status == "CANCELLED" && order.Time(Approved) is not null && order.Time(Handed) is null && order.Time(Arrived) is null)
            .Where(static order => Within(order.Time(Cancelled), "2017-01-01", "2018-10-31")).GroupBy(static order => order.At(Cancelled)![..7], StringComparer.Ordinal)
            .OrderBy(static month => month.Key, StringComparer.Ordinal).Select(static month => (month.Key, month.Count()));
        answer["items"]!.AsArray().Select(static month => (month!["key"]!.GetValue<string>(), month["count"]!.GetValue<int>())).ShouldBe(expected);
    }

    [Fact]
    public async Task Which_states_send_late()
    {
        var answer = await shop.GetAsync("/api/v1/delays/by-seller-region?from=2018-02-01&to=2018-04-30");
        var expected = Delivered("2018-02-01", "2018-04-30").GroupBy(static order => order.Seller ?? "unknown", StringComparer.Ordinal)
            .ToDictionary(static state => state.Key, static state => (state.Count(), state.Count(static order => order.IsLate)), StringComparer.Ordinal);
        answer["items"]!.AsArray().Where(static state => state!["deliveredCount"]!.GetValue<int>() > 0)
            .ToDictionary(static state => state!["key"]!.GetValue<string>(), static state => (state!["deliveredCount"]!.GetValue<int>(), state["lateCount"]!.GetValue<int>()))
            .ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task How_long_carriers_take_on_a_lane()
    {
        var answer = await shop.GetAsync("/api/v1/histogram?of=transit&lane=SP-RJ&from=2018-01-01&to=2018-06-30");
        var times = shop.Orders.Where(static order => order is { Seller: "SP", Customer: "RJ" } && Within(order.Time(Arrived), "2018-01-01", "2018-06-30"))
            .Select(static order => order.Seconds(Handed, Arrived)).OfType<long>().ToList();
        answer["total"]!.GetValue<int>().ShouldBe(times.Count);
        foreach (var bucket in answer["items"]!.AsArray())
            bucket!["count"]!.GetValue<int>().ShouldBe(times.Count(time => time >= bucket["fromSeconds"]!.GetValue<long>() && time < ((long?)bucket["toSeconds"] ?? long.MaxValue)));
    }

    [Fact]
    public async Task Whether_warehouses_got_slower_in_a_month()
    {
        var answer = await shop.GetAsync("/api/v1/bottlenecks/approval-to-handoff?from=2018-05-01&to=2018-05-31");
        foreach (var (name, from, to) in new[] { ("distribution", "2018-05-01", "2018-05-31"), ("previous", "2018-03-31", "2018-04-30") })
        {
            long[] times = [.. shop.Orders.Where(order => Within(order.Time(Placed), from, to)).Select(static order => order.Seconds(Approved, Handed)).OfType<long>().Order()];
            (answer[name]!["count"]!.GetValue<int>(), answer[name]!["p95Seconds"]!.GetValue<long>()).ShouldBe((times.Length, times[(int)Math.Ceiling(times.Length * 0.95m) - 1]), name);
        }
    }

    [Fact]
    public async Task Which_promises_of_a_week_are_still_broken()
    {
        var answer = await shop.GetAsync("/api/v1/sla/violations?state=open&from=2018-08-01&to=2018-08-07&limit=1000");
        answer["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()).Order(StringComparer.Ordinal)
            .ShouldBe(shop.Orders.Where(static order => order.Status == "DELAYED" && Within(order.Time(Judged), "2018-08-01", "2018-08-07")).Select(static order => order.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_stuck_with_carriers_on_a_day_for_longer_than_three_weeks()
    {
        var end = new DateTime(2018, 6, 1, 23, 59, 59, DateTimeKind.Unspecified);
        var answer = await shop.GetAsync("/api/v1/stuck?step=transit&to=2018-06-01&longerThan=21d&sort=openSince&limit=1000");
        var recent = shop.Orders.Where(order => order.Time(Placed) >= end.AddDays(-180) && order.Time(Placed) <= end && order.Time(Arrived) <= end).ToList();
        long P95(IEnumerable<Figure> orders) => orders.Select(static order => order.Seconds(Handed, Arrived)).OfType<long>().Order().ToArray() is var times ? times[(int)Math.Ceiling(times.Length * 0.95m) - 1] : 0;
        var expected = shop.Orders.Where(order => order.Time(Handed) <= end && !(order.Time(Arrived) <= end) && !(order.Time(Cancelled) <= end)).Where(order =>
        {
            var lane = recent.Where(other => order.Seller is not null && (other.Seller, other.Customer) == (order.Seller, order.Customer) && other.Seconds(Handed, Arrived) is not null).ToList();
            double waited = (end - order.Time(Handed)!.Value).TotalSeconds;
            return waited > 21 * 86_400 && waited > P95(lane.Count >= 20 ? lane : recent);
        });
        answer["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()).ShouldBe(expected.OrderBy(static order => order.Time(Handed)).ThenBy(static order => order.Id, StringComparer.Ordinal).Select(static order => order.Id));
    }

    [Fact]
    public async Task How_likely_open_orders_are_to_arrive_late()
    {
        var answer = await shop.GetAsync("/api/v1/at-risk?level=late,sure,likely,possible,low,unknown&limit=1000");
        var open = shop.Orders.Where(static order => order.Time(Arrived) is null && order.Time(Cancelled) is null).ToList();
        answer["total"]!.GetValue<int>().ShouldBe(open.Count);
        var levels = answer["facets"]!["level"]!;
        var overdue = open.Where(static order => order.IsLate || (order.Promised is { } promised && Day(promised[..10]).AddDays(1) <= Watermark)).ToList();
        levels["late"]!.GetValue<int>().ShouldBe(overdue.Count);
        levels.AsObject().Sum(static level => level.Value!.GetValue<long>()).ShouldBe(open.Count);
        var recent = shop.Orders.Where(static order => order.Status == "DELIVERED" && order.Time(Arrived) >= Watermark.Date.AddDays(-89)).ToList();
        foreach (var item in answer["items"]!.AsArray().Where(static item => item!["estimate"]!["basis"]!.GetValue<string>() == "network" && item["openStep"]!.GetValue<string>() == "transit"))
        {
            var order = open.Single(order => order.Id == item!["orderId"]!.GetValue<string>());
            double waited = (Watermark - order.Time(Handed)!.Value).TotalSeconds;
            recent.Count(other => other.Seconds(Handed, Arrived) > waited).ShouldBe(item!["estimate"]!["comparedCount"]!.GetValue<int>(), order.Id);
        }
    }

    [Fact]
    public async Task Which_lanes_went_wrong_in_a_month()
    {
        var answer = await shop.GetAsync("/api/v1/alerts?kind=late-lane&from=2018-08-01&to=2018-08-31&limit=1000");
        var expected = Delivered("2018-08-01", "2018-08-31").Where(static order => order.Seller is not null).GroupBy(static order => $"{order.Seller}-{order.Customer}", StringComparer.Ordinal)
            .Where(lane =>
            {
                var usual = Delivered("2018-05-03", "2018-07-31").Where(order => order.Seller is not null && $"{order.Seller}-{order.Customer}" == lane.Key).ToList();
                double hits = lane.Count(static order => order.IsLate), usualHits = usual.Count(static order => order.IsLate), n = lane.Count(), m = usual.Count;
                double p = (hits + usualHits) / (n + m);
                // 2.575829 is where the two-sided chance is one in a hundred.
                return m > 0 && Math.Min(n, m) * Math.Min(p, 1 - p) >= 5 && ((hits / n) - (usualHits / m)) / Math.Sqrt(p * (1 - p) * ((1 / n) + (1 / m))) > 2.575829;
            }).Select(static lane => (lane.Key, lane.Count(static order => order.IsLate))).ToList();
        expected.ShouldNotBeEmpty();
        answer["items"]!.AsArray().Select(static alert => (alert!["lane"]!.GetValue<string>(), alert["count"]!.GetValue<int>())).ShouldBe(expected, ignoreOrder: true);
        string orders = answer["items"]![0]!["orders"]!.GetValue<string>();
        (await shop.GetAsync(orders))["total"]!.GetValue<int>().ShouldBe(answer["items"]![0]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Which_orders_took_longer_than_a_month()
    {
        var answer = await shop.GetAsync("/api/v1/shipments?customerRegion=RJ&deliveredFrom=2018-02-01&deliveredTo=2018-02-28&leadTimeMin=30d&sort=-leadTimeSeconds&limit=1000");
        answer["items"]!.AsArray().Select(static item => item!["orderId"]!.GetValue<string>()).ShouldBe(
            shop.Orders.Where(static order => order.Customer == "RJ" && Within(order.Time(Arrived), "2018-02-01", "2018-02-28") && order.Seconds(Placed, Arrived) >= 30 * 86_400)
                .OrderByDescending(static order => order.Seconds(Placed, Arrived)).ThenBy(static order => order.Id, StringComparer.Ordinal).Select(static order => order.Id));
    }

    // The sample's promises are days.
    private IEnumerable<Figure> Promised(string from, string to) => shop.Orders.Where(order =>
        order.Status != "CANCELLED" && order.Promised is { } promised && string.CompareOrdinal(promised[..10], from) >= 0 && string.CompareOrdinal(promised[..10], to) <= 0);

    private IEnumerable<Figure> Delivered(string from, string to) =>
        shop.Orders.Where(order => order.Status == "DELIVERED" && order.Seconds(Placed, Arrived) is not null && Within(order.Time(Arrived), from, to));

    private static bool Kept(Figure order) => order is { Delivered: not null, IsLate: false };

    private static bool Within(DateTime? at, string from, string to) => at >= Day(from) && at < Day(to).AddDays(1);

    private static DateTime Day(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static decimal Rate(int hits, int trials) => decimal.Round((decimal)hits / trials, 4, MidpointRounding.AwayFromZero);

    private static double WilsonHigh(int hits, int trials)
    {
        double z = 1.959963984540054, p = (double)hits / trials;
        return (p + (z * z / (2 * trials)) + (z * Math.Sqrt((p * (1 - p) / trials) + (z * z / (4.0 * trials * trials))))) / (1 + (z * z / trials));
    }
}

/// <summary>The embedded host over the real sample, where it is beside the repository.</summary>
public sealed class OperatorsHost : IAsyncLifetime
{
    private OpsApiHost? host;
    private List<Figure>? orders;

    internal List<Figure> Orders => orders!;

    public async ValueTask InitializeAsync()
    {
        if (OlistSample.Folder() is not { } data)
            return;
        var figures = Read(data);
        orders = figures.Orders(figures.Count);
        host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false, data: data);
        using var started = await host.Client.PostAsync("/api/v1/replay", new StringContent("""{"mode":"backfill"}""", System.Text.Encoding.UTF8, "application/json"));
        started.IsSuccessStatusCode.ShouldBeTrue(await started.Content.ReadAsStringAsync());
        await host.GetUntilAsync("/api/v1/replay", static answer => answer["replay"]!["state"]!.GetValue<string>() == "completed");
        await host.SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
    }

    internal Task<JsonObject> GetAsync(string path)
    {
        Assert.SkipUnless(host is not null, "NOT RUN: the real sample is not beside the repository.");
        return host!.GetAsync(path);
    }
}
