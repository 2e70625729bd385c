namespace Eip.Cli.Tests;

public sealed class BackfillTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void A_backfill_fills_every_projection()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        shop.Eip("export", "route-stats").Output.ShouldBe(
            """
            stat_date,seller_region,customer_region,sample_count,avg_lead_time_hours,p50_lead_time_hours,p95_lead_time_hours,late_count,late_rate,avg_handling_hours,avg_transit_hours,breach_count,cancelled_count,promised_count,kept_count,on_time_rate
            2018-03-02,SP,MG,0,,,,0,,,,0,1,0,0,
            2018-03-20,SP,RJ,0,,,,0,,,,1,0,1,0,0.0000
            2018-03-22,SP,RJ,1,504.0000,504.0000,504.0000,1,1.0000,48.0000,454.0000,0,0,0,0,

            """.ReplaceLineEndings("\n"));
        shop.Eip("export", "cards").Output.Split('\n')[1].ShouldStartWith($"{Shop.Late},DELIVERED,2018-03-01T10:00:00Z,");
        shop.Eip("export", "events", "--format", "jsonl").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(10);
        File.ReadAllText(Path.Combine(shop.Home, "route_stats_daily.csv")).ShouldBe(shop.Eip("export", "route-stats").Output);
    }

    [Fact]
    public void Backfills_in_pieces_twice_and_rebuilt_end_in_one_digest()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        string whole = shop.Eip("digest").Output;
        whole.Length.ShouldBe(65);
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldContain("10 known already");
        shop.Eip("digest").Output.ShouldBe(whole);
        shop.Eip("rebuild").ExitCode.ShouldBe(0);
        shop.Eip("digest").Output.ShouldBe(whole);

        string pieces = shop.Home + "-pieces";
        foreach (string until in new[] { "2018-03-01", "2018-03-10T00:00:00Z", "2018-12-31" })
            CommandLine.Run(pieces, "backfill", "--data", shop.Data, "--until", until).ExitCode.ShouldBe(0);
        CommandLine.Run(pieces, "digest").Output.ShouldBe(whole);
    }

    [Fact]
    public void A_bad_row_is_set_aside_with_file_line_and_field_and_the_exit_code_says_so()
    {
        shop.Append("olist_orders_dataset.csv", "order-3,c1,delivered,2018-13-01 10:00:00,,,,2018-03-20 00:00:00\n");
        var outcome = shop.Eip("backfill", "--data", shop.Data);
        outcome.ExitCode.ShouldBe(ExitCodes.Rejected);
        outcome.Error.ShouldContain("1 rows rejected");
        string reject = File.ReadAllText(Path.Combine(shop.Home, "rejects.jsonl"));
        reject.ShouldContain("olist_orders_dataset.csv");
        reject.ShouldContain("\"line\":4");
        reject.ShouldContain("order_purchase_timestamp");
        shop.Eip("export", "cards").Output.Split('\n').Length.ShouldBe(4);
    }

    [Fact]
    public void Rejected_rows_are_kept_when_a_later_run_rejects_none_or_others()
    {
        string orders = File.ReadAllText(Path.Combine(shop.Data, "olist_orders_dataset.csv"));
        shop.Write("olist_orders_dataset.csv", orders + "order-3,c1,delivered,never,,,,\n");
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(ExitCodes.Rejected);
        string first = File.ReadAllText(Path.Combine(shop.Home, "rejects.jsonl"));
        shop.Write("olist_orders_dataset.csv", orders);
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(shop.Home, "rejects.jsonl")).ShouldBe(first);
        shop.Write("olist_orders_dataset.csv", orders + "order-4,c1,delivered,never,,,,\n");
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(ExitCodes.Rejected);
        Directory.GetFiles(shop.Home, "rejects*.jsonl").Select(File.ReadAllText).ShouldContain(first);
        File.ReadAllText(Path.Combine(shop.Home, "rejects.jsonl")).ShouldContain("order-4");
    }

    [Fact]
    public void Rows_that_repeat_others_are_counted_as_such_and_orders_once()
    {
        shop.Append("olist_orders_dataset.csv", File.ReadAllLines(Path.Combine(shop.Data, "olist_orders_dataset.csv"))[1] + "\n");
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldMatch("2 orders, 10 events appended .*; 1 rows of orders repeat others");
        shop.Eip("doctor").Output.ShouldContain("10 events");
    }

    [Fact]
    public void A_home_that_holds_two_data_sets_says_so()
    {
        using var other = new Shop();
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldNotContain("data sets");
        shop.Eip("status").Output.ShouldNotContain("data sets");
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldNotContain("data sets");
        shop.Eip("backfill", "--data", other.Data).Error.ShouldContain($"holds events of {shop.Data} already");
        foreach (string command in new[] { "status", "doctor" })
        {
            string told = shop.Eip(command).Output;
            told.ShouldContain("2 data sets");
            told.ShouldContain(shop.Data);
            told.ShouldContain(other.Data);
        }
    }

    [Fact]
    public void A_card_shows_the_order_in_plain_text_when_it_is_not_for_a_terminal()
    {
        shop.Eip("backfill", "--data", shop.Data);
        var card = shop.Eip("card", Shop.Late);
        card.Output.ShouldContain("DELIVERED, late");
        card.Output.ShouldContain("DELIVERY_DELAYED");
        card.Output.ShouldNotContain("\u001b");
        shop.Eip("lanes", "--worst").Output.ShouldContain("SP→RJ");
        shop.Eip("log", "stats").Output.ShouldContain("partition");
        shop.Eip("log", "cat", "--order", "order-2").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(4);
        shop.Eip("doctor").ExitCode.ShouldBe(0);
    }
}
