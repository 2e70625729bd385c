using System.CommandLine;
using System.Diagnostics;
using Eip.Cli.CommandLine;
using Eip.Cli.Views;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Simulator.Synthetic;

namespace Eip.Cli.Commands;

/// <summary><c>eip bench</c>: the main job over synthetic orders, measured; run it on a machine that does nothing else.</summary>
internal static class BenchCommand
{
    private static readonly Option<long> Orders = Values.Whole("--orders", "N", "How many synthetic orders.", 1, SyntheticDataSet.MaxOrders, 1_000_000);
    private static readonly Option<long> Seed = CommonOptions.Seed("Seed of the data set.");
    private static readonly Option<string?> DuckDb = Values.Path(
        "--duckdb", "DIR", "Also compute route_stats_daily with DuckDB, by the script in this folder (bench/duckdb, after npm install), and compare.", isFolder: true);

    public static Command Create() =>
        new Command("bench", "Measures a fast backfill and a rebuild over synthetic orders.") { Orders, Seed, DuckDb }
            .WithExamples("eip bench --orders 100000", "eip bench --orders 1000000 --duckdb bench/duckdb")
            .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string root = Directory.CreateTempSubdirectory("eip-bench-").FullName;
        try
        {
            string data = Path.Combine(root, "data");
            var home = new Home(Path.Combine(root, "home"));
            using var progress = new ProgressLine();
            long orders = parsed.GetValue(Orders);
            progress.Report(() => $"generating {orders:N0} orders");
            var watch = Stopwatch.StartNew();
            SyntheticDataSet.Generate(data, orders, (ulong)parsed.GetValue(Seed), cancellationToken: cancellationToken);
            var generated = watch.Elapsed;

            var backfill = await new BackfillRun(data, home, progress).RunAsync(cancellationToken);
            long peakBytes = PeakBytes();
            watch.Restart();
            await using (var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions { IgnoreSnapshots = true }))
                await pipeline.RebuildAsync(cancellationToken: cancellationToken);
            var rebuilt = watch.Elapsed;

            var table = new TextTable(new("step", Right: false), new("seconds"), new("events/s"));
            void Row(string step, TimeSpan time) => table.Row(step, time.TotalSeconds.ToString("N2"), (backfill.EventCount / time.TotalSeconds).ToString("N0"));
            Row("backfill, CSV to every projection", backfill.Elapsed);
            Row("  parse", backfill.Steps.Parse);
            Row("  derive and sort", backfill.Steps.Derive);
            Row("  append and fold, side by side", backfill.Steps.AppendAndFold);
            Row("    of it in append", backfill.Steps.Append);
            Row("  publish", backfill.Steps.Publish);
            Row("rebuild from the log", rebuilt);
            Terminal.Output.Write(table);
            Console.WriteLine($"{backfill.Orders:N0} orders, {backfill.EventCount:N0} events; generated in {generated.TotalSeconds:N2} s; peak memory of the backfill {peakBytes / 1e6:N0} MB");
            Console.WriteLine($".NET {Environment.Version}, {Environment.ProcessorCount} processors");
            return parsed.GetValue(DuckDb) is { } script ? await CompareAsync(script, data, home, backfill, cancellationToken) : ExitCodes.Success;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<int> CompareAsync(string script, string data, Home home, BackfillResult backfill, CancellationToken cancellationToken)
    {
        string rows = Path.Combine(home.Path, "duckdb.csv");
        var start = new ProcessStartInfo("node", [Path.Combine(script, "route_stats.mjs"), data, rows, Environment.ProcessorCount.ToString()]) { UseShellExecute = false };
        var watch = Stopwatch.StartNew();
        using (var node = Process.Start(start) ?? throw new UserErrorException("node cannot be started; --duckdb needs Node.js 20."))
        {
            await node.WaitForExitAsync(cancellationToken);
            if (node.ExitCode != 0)
                throw new UserErrorException($"'{script}' failed; was npm install run there?");
        }

        byte[] theirs = await File.ReadAllBytesAsync(rows, cancellationToken), ours = await File.ReadAllBytesAsync(home.RouteStatsFile, cancellationToken);
        bool same = theirs.AsSpan().SequenceEqual(ours);
        Console.WriteLine(
            $"DuckDB, route_stats_daily alone straight from the CSVs: {watch.Elapsed.TotalSeconds:N2} s, {watch.Elapsed / backfill.Elapsed:N2} of the backfill's time; rows {(same ? "equal to the byte" : "DIFFER")}");
        return same ? ExitCodes.Success : ExitCodes.Different;
    }

    private static long PeakBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
