namespace Eip.Cli.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void A_backfill_to_a_moment_and_a_replay_from_there_end_in_the_digest_of_a_whole_backfill()
    {
        string whole = Whole();
        shop.Eip("backfill", "--data", shop.Data, "--until", "2018-03-02").ExitCode.ShouldBe(0);

        var replay = shop.Eip("replay", "--data", shop.Data, "--speed", "30d/s", "--max-gap", "100ms");

        replay.ExitCode.ShouldBe(0, replay.Error);
        replay.Error.ShouldContain("completed");
        shop.Eip("digest").Output.ShouldBe(whole);
        string[] journal = File.ReadAllLines(Path.Combine(shop.Home, "replay", "replays.jsonl"));
        journal.Count(line => line.Contains("\"kind\":\"start\"")).ShouldBe(2);
        journal.Count(line => line.Contains("\"outcome\":\"completed\"")).ShouldBe(2);
    }

    [Fact]
    public void What_was_dropped_is_repaired_by_a_window_over_the_same_range()
    {
        string whole = Whole();
        var dropped = shop.Eip("backfill", "--data", shop.Data, "--drop", "50%", "--seed", "3");
        dropped.ExitCode.ShouldBe(0, dropped.Error);
        dropped.Error.ShouldContain("Dropped events are missing");
        dropped.Error.ShouldContain("Missing: 10 events from 2018-03-01T10:00:00Z to 2018-03-22T10:00:00Z");
        shop.Eip("digest").Output.ShouldNotBe(whole);

        var repair = shop.Eip("window", "--data", shop.Data, "--from", "2018-03-01", "--to", "2018-12-31");

        repair.Error.ShouldContain("known already");
        shop.Eip("digest").Output.ShouldBe(whole);
    }

    [Fact]
    public void A_replay_that_begins_later_names_what_it_leaves_out_and_the_window_that_it_offers_fills_it()
    {
        string whole = Whole();
        var replay = shop.Eip("replay", "--data", shop.Data, "--from", "2018-03-02T12:00:00Z", "--speed", "30d/s");
        replay.ExitCode.ShouldBe(0, replay.Error);
        string offered = $"eip window --data {shop.Data} --from 2018-03-01T10:00:00Z --to 2018-03-02T10:00:00Z";
        replay.Error.ShouldContain("Missing: 4 events");
        replay.Error.ShouldContain(offered);
        shop.Eip("status").Output.ShouldContain(offered);

        var fill = shop.Eip(offered.Split(' ')[1..]);

        fill.ExitCode.ShouldBe(0, fill.Error);
        fill.Error.ShouldNotContain("Missing");
        shop.Eip("status").Output.ShouldNotContain("Missing");
        shop.Eip("digest").Output.ShouldBe(whole);
    }

    [Fact]
    public void The_card_of_an_open_order_says_how_likely_it_is_to_be_late()
    {
        shop.Append("olist_orders_dataset.csv", "order-3,c1,shipped,2018-03-19 10:00:00,2018-03-19 12:00:00,2018-03-20 12:00:00,,2018-03-23 00:00:00\n");
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        shop.Eip("card", "order-3").Output.ShouldContain("Promised by 2018-03-23, tomorrow: it cannot be told whether in time; too few orders waited as long in transit");
        shop.Eip("card", Shop.Late).Output.ShouldNotContain("Promised by");
    }

    [Fact]
    public void A_window_needs_a_data_set_here_or_a_running_system()
    {
        var refused = shop.Eip("window", "--from", "2018-03-01", "--to", "2018-03-02");
        refused.ExitCode.ShouldBe(ExitCodes.Usage);
        refused.Error.ShouldContain("--data");
    }

    [Fact]
    public void Malformed_lines_are_listed_shown_and_kept_by_a_retry()
    {
        shop.Eip("backfill", "--data", shop.Data, "--corrupt", "100%").ExitCode.ShouldBe(0);

        shop.Eip("dead-letters", "list").Output.ShouldContain("10 of 10 dead letters.");
        string id = shop.Eip("dead-letters", "list", "--limit", "1").Output.Split('\n').Single(line => line.Contains(" replay ")).Trim().Split(' ')[0];
        shop.Eip("dead-letters", "show", id).Output.ShouldContain("reason");
        var retry = shop.Eip("dead-letters", "retry", "--all");
        retry.ExitCode.ShouldBe(ExitCodes.Rejected);
        retry.Output.ShouldContain("0 retried, 10 cannot be taken still.");
        shop.Eip("dead-letters", "retry", "nobody").ExitCode.ShouldBe(ExitCodes.NotFound);
        shop.Eip("status").Output.ShouldContain("10 dead letters");
    }

    [Fact]
    public void Events_go_to_files_in_both_layouts_and_to_standard_output()
    {
        string file = Path.Combine(shop.Home, "all.jsonl"), folder = Path.Combine(shop.Home, "topics");
        shop.Eip("backfill", "--data", shop.Data, "--out", file).ExitCode.ShouldBe(0);
        shop.Eip("backfill", "--data", shop.Data, "--out", folder, "--layout", "per-owner").ExitCode.ShouldBe(0);
        string standard = shop.Eip("window", "--data", shop.Data, "--from", "2018-03-01", "--to", "2018-12-31", "--out", "-").Output;

        string[] lines = File.ReadAllLines(file);
        lines.Length.ShouldBe(10);
        standard.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(lines);
        Directory.GetFiles(folder).Select(Path.GetFileName).Order().ShouldBe(["oms-events.jsonl", "tms-events.jsonl", "wms-events.jsonl"]);
        Directory.GetFiles(folder).SelectMany(File.ReadLines).Order().ShouldBe(lines.Order());
    }

    [Fact]
    public void A_dry_run_counts_and_emits_nothing()
    {
        var run = shop.Eip("replay", "--data", shop.Data, "--dry-run", "--type", "ORDER_PLACED");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("2018-03-01");
        Directory.Exists(Path.Combine(shop.Home, "log")).ShouldBeFalse();
    }

    [Fact]
    public void A_tail_prints_the_last_events_and_counts_by_type_and_partition()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        string[] tail = shop.Eip("tail", "-n", "2").Output.Split('\n');
        tail[0].ShouldContain("2018-03-20");
        tail[1].ShouldContain("DELIVERED");
        tail.Single(line => line.TrimStart().StartsWith("all ", StringComparison.Ordinal)).ShouldContain("10");
        shop.Eip("tail", "--type", "DELIVERED", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.Contains("\"DELIVERED\""));
    }

    [Fact]
    public void A_data_set_is_verified_in_every_way()
    {
        var outcome = shop.Eip("verify", "--data", shop.Data);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Output.ShouldContain("Same digest in all");
    }

    [Fact]
    public void A_scenario_that_does_not_hold_has_an_exit_code_of_its_own()
    {
        string file = Path.Combine(shop.Data, "scenario.yaml");
        File.WriteAllText(file, "steps:\n  - backfill\n  - check: { deadLetters: 7 }\n");
        shop.Eip("scenario", file, "--data", shop.Data).ExitCode.ShouldBe(ExitCodes.Different);
        File.WriteAllText(file, "steps:\n  - dance\n");
        var unknown = shop.Eip("scenario", file, "--data", shop.Data);
        unknown.ExitCode.ShouldBe(ExitCodes.Usage);
        unknown.Error.ShouldContain("line 2: Step 1 is 'dance'");
    }

    [Theory]
    [InlineData("--speed", "0")]
    [InlineData("--speed", "-1x")]
    [InlineData("--speed", "NaN")]
    [InlineData("--speed", "quick")]
    [InlineData("--from", "2031-01-01")]
    [InlineData("--to", "2001-01-01")]
    [InlineData("--max-gap", "soon")]
    [InlineData("--max-rate", "0")]
    [InlineData("--duplicates", "5")]
    [InlineData("--corrupt", "101%")]
    [InlineData("--shuffle", "-2h")]
    [InlineData("--type", "SOLD")]
    [InlineData("--seller-region", "Rio")]
    [InlineData("--target", "nowhere")]
    public void What_cannot_be_done_is_refused_by_the_name_of_its_option(string option, string value)
    {
        var refused = shop.Eip("replay", "--data", shop.Data, option, value);
        refused.ExitCode.ShouldBe(ExitCodes.Usage);
        refused.Error.ShouldContain(option);
        refused.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public void A_range_that_ends_before_it_begins_is_refused()
    {
        foreach (string command in new[] { "replay", "window" })
        {
            var refused = shop.Eip(command, "--data", shop.Data, "--from", "2018-04-01", "--to", "2018-03-01");
            refused.ExitCode.ShouldBe(ExitCodes.Usage);
            refused.Error.ShouldContain("--from");
        }
    }

    private string Whole()
    {
        string home = shop.Home + "-whole";
        CommandLine.Run(home, "backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        return CommandLine.Run(home, "digest").Output;
    }
}
