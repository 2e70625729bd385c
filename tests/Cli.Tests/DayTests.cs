using System.Diagnostics;

namespace Eip.Cli.Tests;

/// <summary>A newcomer's, an operator's and a data engineer's day, each command in other surroundings than the one before it.</summary>
public sealed class DayTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Shop shop = new();
    private int turn;

    public void Dispose() => shop.Dispose();

    [Fact]
    public void A_newcomers_day()
    {
        Says("doctor", 0, "there is none yet");
        Says("lanes", ExitCodes.NotFound, "demo");
        Says("--help", 0, "backfill");
        Says("--version", 0, "0.");
        Says($"demo --orders 300 --home {shop.Home}", 0, "An order that came late");
        Says("lanes --worst --min-samples 1 --top 3", 0, "all lanes");
        Says("card 00000000zz", ExitCodes.NotFound, "00000000zz");
        Says("export cards", 0, "orderId,");
        string digest = Says("digest", 0);
        Says("rebuild", 0, "folded");
        Says("digest", 0).ShouldBe(digest);
        Says("doctor", 0, "every record");
        Says("lnaes", ExitCodes.Usage, "Did you mean 'lanes'?");
        Says("completion bash", 0, "complete ");
    }

    [Fact]
    public void An_operators_day()
    {
        Says($"backfill --data {shop.Data} --until 2018-03-10", 0, "events appended");
        Says("status", 0, "watermark 2018-03-");
        Says("tail -n 3 --type order_placed", 0, "ORDER_PLACED");
        Says("card ORDER-2", 0, "CANCELLED");
        Says($"card {Shop.Late}", 0, "waiting in");
        Says($"replay --data {shop.Data} --speed 30d/s --max-gap 100ms", 0, "completed");
        Says($"card {Shop.Late[..31]}", 0, "DELIVERED, late");
        Says($"window --data {shop.Data} --from 2018-03-01 --to 2018-03-03 --corrupt 100%", 0, "malformed");
        Says("dead-letters list --limit 2", 0, "dead letters");
        Says("dead-letters show nobody", ExitCodes.NotFound, "nobody");
        Says("dead-letters retry", ExitCodes.Usage, "--all");
        Says("dead-letters retry --all", ExitCodes.Rejected, "cannot be taken still");
        Says("log stats", 0, "partition");
        Says("log cat --order order-2", 0, "order-2");
        Says("lanes --since 2018-03-01 --target http://127.0.0.1:9", ExitCodes.Failure, "cannot be reached");
    }

    [Fact]
    public void A_data_engineers_day()
    {
        string made = Path.Combine(shop.Data, "made");
        Says($"generate --orders 200 --seed 7 --out {made}", 0, "200 orders");
        Says($"generate --orders 200 --seed 7 --out {made}", ExitCodes.Failure, "is there already");
        Says($"backfill --data {made}", 0, "200 orders");
        Says($"replay --data {made} --from 2017-01-01 --to 2017-02-01 --dry-run", 0, "2017-01-");
        Says($"backfill --data {made} --out {Path.Combine(shop.Data, "topics")} --layout per-owner", 0, "completed");
        foreach (string projection in new[] { "events", "cards", "timeline", "route-stats" })
        {
            Says($"export {projection}", 0, ",");
            Says($"export {projection} --format jsonl --out {Path.Combine(shop.Data, projection)}", 0);
            File.ReadAllText(Path.Combine(shop.Data, projection)).ShouldStartWith("{");
        }

        Says("digest --sections", 0, "route-stats");
        string scenario = Path.Combine(shop.Data, "scenario.yaml");
        File.WriteAllText(scenario, "name: A day\nsteps:\n  - backfill: { until: 50% }\n  - replay: { to: 60%, speed: 36500d/s, shuffle: PT2H }\n  - check: { lag: 0 }\n");
        Says($"scenario {scenario} --data {made} --home {Path.Combine(shop.Data, "other")}", 0, "A day");
        Says($"verify --data {shop.Data}", 0, "Same digest");
    }

    // A terminal of 80 or of 60 columns without colours, a pipe in another locale and time zone, and a pipe as it is, in turn; always from another folder.
    private string Says(string line, int exitCode, string? expected = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(shop.Data, "elsewhere")).FullName;
        string call = $"dotnet {Path.Combine(AppContext.BaseDirectory, "eip.dll")} {line}";
        int columns = (turn++ % 4) switch { 0 => 80, 2 => 60, _ => 0 };
        var start = columns > 0 && HasTerminals
            ? new ProcessStartInfo("script", ["-qec", $"stty cols {columns}; {call}", Path.Combine(folder, "typescript")])
            : new ProcessStartInfo("sh", ["-c", call]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute, start.WorkingDirectory) = (true, true, true, false, folder);
        (start.Environment["EIP_HOME"], start.Environment["NO_COLOR"], start.Environment["TERM"]) = (shop.Home, "1", "xterm");
        if (turn % 2 == 0)
            (start.Environment["LC_ALL"], start.Environment["TZ"]) = ("de_DE.UTF-8", "Pacific/Chatham");
        foreach (string name in new[] { "EIP_POSTGRES", "EIP_KAFKA", "EIP_COMMAND" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(Patience).ShouldBeTrue(line);
        string all = output.Result + error.Result;
        process.ExitCode.ShouldBe(exitCode, $"{line}\n{all}");
        all.ShouldNotContain("   at ");
        all.ShouldNotMatch("\u001b\\[[39][0-7]m");
        if (columns == 0)
            all.ShouldNotContain("\u001b");
        if (expected is not null)
            all.ReplaceLineEndings("\n").ShouldContain(expected, Case.Sensitive, line);
        return output.Result.Trim().Split('\n')[^1].Trim();
    }

    private static bool HasTerminals { get; } = OperatingSystem.IsLinux() && File.Exists("/usr/bin/script");
}
