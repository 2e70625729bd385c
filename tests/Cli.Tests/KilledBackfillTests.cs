using System.Diagnostics;
using Eip.Simulator.Synthetic;

namespace Eip.Cli.Tests;

public sealed class KilledBackfillTests
{
    private const int Kills = 6;

    [Fact]
    public void A_backfill_killed_again_and_again_ends_in_the_digest_of_an_undisturbed_one()
    {
        string root = Directory.CreateTempSubdirectory("eip-killed-").FullName;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        try
        {
            string data = Path.Combine(root, "data"), disturbed = Path.Combine(root, "disturbed"), calm = Path.Combine(root, "calm");
            SyntheticDataSet.Generate(data, orders: 30_000, seed: 11);
            var whole = Stopwatch.StartNew();
            CommandLine.Run(calm, "backfill", "--data", data).ExitCode.ShouldBe(0);
            for (int kill = 0; kill < Kills; kill++)
                CommandLine.RunAndKill(disturbed, random.NextDouble() * whole.Elapsed, "backfill", "--data", data);
            CommandLine.Run(disturbed, "backfill", "--data", data).ExitCode.ShouldBe(0, $"seed {seed}");
            CommandLine.Run(disturbed, "digest").Output.ShouldBe(CommandLine.Run(calm, "digest").Output, $"seed {seed}");
            CommandLine.Run(disturbed, "doctor").ExitCode.ShouldBe(0, $"seed {seed}");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
