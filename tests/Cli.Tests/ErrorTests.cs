using Eip.Pipeline.Log;

namespace Eip.Cli.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Theory]
    [InlineData(new[] { "backfill" }, "--data", ExitCodes.Usage)]
    [InlineData(new[] { "backfill", "--data", "/nowhere/at/all" }, "/nowhere/at/all", ExitCodes.Failure)]
    [InlineData(new[] { "lanes", "--min-samples", "-1" }, "--min-samples", ExitCodes.Usage)]
    [InlineData(new[] { "lanes", "--since", "yesterday" }, "--since", ExitCodes.Usage)]
    [InlineData(new[] { "lanes", "--wrost" }, "--wrost", ExitCodes.Usage)]
    [InlineData(new[] { "lanes", "--top", "abc" }, "--top: 'abc' is not a whole number from 0 to 2147483647.\nTry: ./eip lanes --help", ExitCodes.Usage)]
    [InlineData(new[] { "log", "cat", "--from", "x" }, "Try: ./eip log cat --help", ExitCodes.Usage)]
    [InlineData(new[] { "serve", "--urls", "https://127.0.0.1:0" }, "--urls: 'https://127.0.0.1:0' needs a certificate", ExitCodes.Usage)]
    [InlineData(new[] { "backfill", "--data", "/nowhere/at/all", "--until", "9999-12-31" }, "/nowhere/at/all", ExitCodes.Failure)]
    [InlineData(new[] { "wrong" }, "wrong", ExitCodes.Usage)]
    [InlineData(new[] { "digest" }, "eip backfill", ExitCodes.NotFound)]
    public void A_mistake_is_named_in_one_line_without_a_stack_trace(string[] arguments, string named, int exitCode) =>
        ShouldFail(shop.Eip(arguments), named, exitCode);

    [Fact]
    public void An_unknown_order_is_named()
    {
        shop.Eip("backfill", "--data", shop.Data);
        ShouldFail(shop.Eip("card", "no-such-order"), "no-such-order", ExitCodes.NotFound);
    }

    [Fact]
    public void An_order_is_found_by_any_case_and_by_a_beginning_that_is_its_own()
    {
        shop.Eip("backfill", "--data", shop.Data);
        shop.Eip("card", "ORDER-2").Output.ShouldStartWith("order-2");
        shop.Eip("card", "000").Output.ShouldStartWith(Shop.Late);
        shop.Append("olist_orders_dataset.csv", "order-3,c1,delivered,2018-03-01 10:00:00,,,,\n");
        shop.Eip("backfill", "--data", shop.Data);
        ShouldFail(shop.Eip("card", "order"), "several orders begin with 'order': order-2, order-3.", ExitCodes.Usage);
    }

    [Fact]
    public void Doctor_is_content_before_the_first_run()
    {
        var outcome = CommandLine.Run(Path.Combine(shop.Home, "not", "there"), "doctor");
        outcome.ExitCode.ShouldBe(0, outcome.Output);
        outcome.Output.ShouldContain("GB free");
        outcome.Output.ShouldContain("there is none yet");
        Directory.Exists(shop.Home).ShouldBeFalse();
    }

    [Fact]
    public void A_question_names_the_home_that_it_is_put_to()
    {
        shop.Eip("backfill", "--data", shop.Data);
        shop.Eip("lanes").Error.ShouldContain($"from the home {shop.Home}");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        shop.Remove("olist_sellers_dataset.csv");
        ShouldFail(shop.Eip("backfill", "--data", shop.Data), "olist_sellers_dataset.csv", ExitCodes.Failure);
    }

    [Fact]
    public void A_missing_header_is_named()
    {
        shop.Write("olist_sellers_dataset.csv", "seller_id,seller_city\ns1,sao paulo\n");
        ShouldFail(shop.Eip("backfill", "--data", shop.Data), "seller_state", ExitCodes.Failure);
    }

    [Fact]
    public void A_second_writer_is_refused_and_told_who_the_first_is()
    {
        shop.Eip("backfill", "--data", shop.Data);
        using var first = EventLog.Open(Path.Combine(shop.Home, "log"), new EventLogOptions());
        ShouldFail(shop.Eip("backfill", "--data", shop.Data), Environment.ProcessId.ToString(), ExitCodes.Busy);
        shop.Eip("digest").ExitCode.ShouldBe(0);
    }

    private static void ShouldFail(Outcome outcome, string named, int exitCode)
    {
        outcome.ExitCode.ShouldBe(exitCode, outcome.Error);
        outcome.Error.ShouldContain(named);
        outcome.Error.ShouldNotContain("   at ");
        outcome.Output.ShouldBeEmpty();
    }
}
