using System.Diagnostics;
using Eip.Silo.Kafka;

namespace Eip.Cluster.Bench;

/// <summary>The most memory that a silo takes, in a process of its own with the shipped settings, while a data set goes through it.</summary>
internal sealed class Memory(string data, string kafka, string postgres)
{
    // As many as topics are created with.
    private const int Partitions = 8;

    /// <summary>Writes the data set to a topic, starts a silo, and watches it until everything is stored.</summary>
    public async Task<MemoryPeak> MeasureAsync()
    {
        await using var trial = await Trial.EmptyAsync(new History([], 0, ""), kafka, postgres, stores: null, Partitions);
        if (await BackfillCommand.RunAsync([.. trial.Arguments, "--data", data]) != 0)
            throw new InvalidOperationException($"{data} could not be written to the topic.");
        long count = await trial.AppendedAsync();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Eip.Silo.dll"), .. trial.Arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        using var silo = Process.Start(start)!;
        silo.OutputDataReceived += static (_, _) => { };
        silo.BeginOutputReadLine();
        try
        {
            long begun = Stopwatch.GetTimestamp();
            var folded = trial.FoldedAsync(count);
            if (await Task.WhenAny(folded, silo.WaitForExitAsync()) != folded)
                throw new InvalidOperationException($"The silo ended with code {silo.ExitCode} before everything was stored.");
            silo.Refresh();
            return new MemoryPeak(count, Stopwatch.GetElapsedTime(begun), silo.PeakWorkingSet64 / 1_000_000);
        }
        finally
        {
            silo.Kill();
            await silo.WaitForExitAsync();
        }
    }
}

/// <summary>What a silo took.</summary>
/// <param name="Events">Events that it folded.</param>
/// <param name="Took">From its start to the last event.</param>
/// <param name="Megabytes">Its largest resident set, in millions of bytes.</param>
internal readonly record struct MemoryPeak(long Events, TimeSpan Took, long Megabytes);
