using System.Diagnostics;

namespace Eip.Cli.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly Shop shop = new();
    private readonly string rows;

    public OutputTests()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        rows = shop.Eip("export", "route-stats").Output;
    }

    public void Dispose() => shop.Dispose();

    [Fact]
    public void A_link_stays_a_link_and_its_target_gets_the_rows()
    {
        string target = At("real"), link = At("link"), dangling = At("dangling");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "real");
        File.CreateSymbolicLink(dangling, "new");
        foreach (string path in new[] { link, dangling })
            shop.Eip("export", "route-stats", "--out", path).ExitCode.ShouldBe(0);
        new FileInfo(link).LinkTarget.ShouldBe("real");
        File.ReadAllText(target).ShouldBe(rows);
        File.ReadAllText(At("new")).ShouldBe(rows);
        shop.Eip("backfill", "--data", shop.Data, "--out", link).ExitCode.ShouldBe(0);
        new FileInfo(link).LinkTarget.ShouldBe("real");
        File.ReadAllLines(target).Length.ShouldBe(10);
        Directory.GetFiles(shop.Data, "*partial*").ShouldBeEmpty();
    }

    [Fact]
    public void A_pipe_stays_a_pipe_and_its_reader_gets_the_rows()
    {
        Assert.SkipUnless(Shell("mkfifo pipe").ExitCode == 0, "Pipes cannot be made here.");
        Shell("cat pipe > got & \"$@\" export route-stats --out pipe; code=$?; wait; exit $code").ExitCode.ShouldBe(0);
        File.ReadAllText(At("got")).ShouldBe(rows);
        Shell("cat pipe > got & \"$@\" backfill --data . --out pipe; code=$?; wait; exit $code").ExitCode.ShouldBe(0);
        File.ReadAllLines(At("got")).Length.ShouldBe(10);
        Shell("test -p pipe").ExitCode.ShouldBe(0);
        Shell("\"$@\" export route-stats --out /dev/stdout >> got").ExitCode.ShouldBe(0);
        File.ReadAllText(At("got")).ShouldEndWith("\n" + rows);
    }

    [Fact]
    public void A_device_stays_a_device_and_one_that_is_full_ends_the_command_with_a_line()
    {
        Assert.SkipUnless(Shell("mknod null c 1 3 && mknod full c 1 7 && true > null").ExitCode == 0, "Devices cannot be made here.");
        shop.Eip("export", "cards", "--out", At("null")).ExitCode.ShouldBe(0);
        var full = shop.Eip("export", "cards", "--out", At("full"));
        full.ExitCode.ShouldBe(ExitCodes.Failure);
        full.Error.ShouldContain("No space left");
        Shell("test -c null && test -c full").ExitCode.ShouldBe(0);
        var help = Shell("\"$@\" --help > full");
        help.ExitCode.ShouldBe(ExitCodes.Failure);
        help.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldContain("No space left");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        var outcome = shop.Eip("export", "cards", "--out", shop.Data);
        outcome.ExitCode.ShouldBe(ExitCodes.Failure);
        outcome.Error.ShouldContain("is a folder");
    }

    [Fact]
    public void What_came_from_outside_cannot_steer_the_terminal_that_it_is_shown_on()
    {
        Assert.SkipUnless(Shell("command -v script && script --version").Output.Contains("util-linux", StringComparison.Ordinal), "There is no 'script' that makes a terminal.");
        var shown = Shell("export \"EIP_OLD=$(printf 'a\\033[2Jb')\"; printf '%q ' \"$@\" > run; echo 'card \"$EIP_OLD\"' >> run; script -qec 'stty cols 60; sh run; exit 0' log");
        shown.Output.ShouldContain("\\x1B[2J");
        shown.Output.ShouldNotContain("\u001b[2J");
    }

    private string At(string name) => Path.Combine(shop.Data, name);

    // In the folder of the shop, with the words that run the command line as "$@".
    private Outcome Shell(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", "dotnet", Path.Combine(AppContext.BaseDirectory, "eip.dll")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = shop.Data,
        };
        start.Environment["EIP_HOME"] = shop.Home;
        foreach (string name in new[] { "EIP_POSTGRES", "EIP_KAFKA", "EIP_COMMAND" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue(script);
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }
}
