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
        using var silo = trial.StartProcess();
        try
        {
            long begun = Stopwatch.GetTimestamp();
            var folded = trial.FoldedAsync(count);
            var exit = silo.WaitForExitAsync();
            if (await Task.WhenAny(folded, exit) == exit)
                throw new InvalidOperationException($"The silo ended with code {await exit} before everything was stored: {silo.Output}");
            return new MemoryPeak(count, Stopwatch.GetElapsedTime(begun), silo.PeakBytes / 1_000_000);
        }
        finally
        {
            await silo.KillAsync();
        }
    }
}

/// <summary>What a silo took.</summary>
/// <param name="Events">Events that it folded.</param>
/// <param name="Took">From its start to the last event.</param>
/// <param name="Megabytes">Its largest resident set, in millions of bytes.</param>
internal readonly record struct MemoryPeak(long Events, TimeSpan Took, long Megabytes);
