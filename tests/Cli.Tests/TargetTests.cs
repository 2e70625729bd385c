using Eip.Testing;

namespace Eip.Cli.Tests;

public sealed class TargetTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task A_running_system_answers_what_its_home_would_and_is_named()
    {
        shop.Eip("backfill", "--data", shop.Data, "--corrupt", "100%").ExitCode.ShouldBe(0);
        string lanes = shop.Eip("lanes").Output, card = shop.Eip("card", Shop.Late).Output, letters = shop.Eip("dead-letters", "list", "--limit", "3").Output;
        using var server = CommandLine.Start(shop.Home, "serve", "--urls", "http://127.0.0.1:0");
        try
        {
            string address = (await server.StandardOutput.ReadLineAsync())!.Split(' ')[^1];
            await Eventually.HoldsAsync(() => Ask("status", "--target", address).Output.Contains("watermark 2018-03-22", StringComparison.Ordinal), "the log is folded");
            var asked = Ask("lanes", "--target", address);
            asked.Error.ShouldContain($"eip: from {address}");
            Figures(asked.Output).ShouldBe(Figures(lanes));
            Ask("card", Shop.Late[..12], "--target", address + "/").Output.ShouldBe(card);
            Ask("card", "ORDER-2", "--target", address).Output.ShouldStartWith("order-2");
            Ask("card", "nobody", "--target", address).ExitCode.ShouldBe(ExitCodes.NotFound);
            Ask("dead-letters", "list", "--limit", "3", "--target", address).Output.ShouldBe(letters);
            Ask("dead-letters", "retry", "--all", "--target", address).ExitCode.ShouldBe(ExitCodes.Rejected);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public void A_system_that_is_not_there_is_tried_with_growing_pauses_and_then_named_in_one_line()
    {
        var outcome = Ask("status", "--target", "http://127.0.0.1:9");
        outcome.ExitCode.ShouldBe(ExitCodes.Failure);
        string[] lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Count(line => line.Contains("trying again in", StringComparison.Ordinal)).ShouldBe(5);
        lines[^1].ShouldStartWith("eip: http://127.0.0.1:9 cannot be reached");
    }

    private static string[] Figures(string table) =>
        table.Split('\n').Single(static line => line.Contains("SP→RJ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Outcome Ask(params string[] arguments) => CommandLine.Run(shop.Home + "-other", arguments);
}
