using System.Diagnostics;
using Eip.Testing;

namespace Eip.Cluster.Bench;

/// <summary>
/// How long a cluster of silo processes stands still under a steady load: while nothing happens, when one of them is killed, when one stops in good order,
/// and when another starts and joins. A partition makes progress when events that were not stored before are stored with all their effects.
/// </summary>
internal sealed class Stalls(History history, string kafka, string postgres, int silos)
{
    private const int PerSecond = 2_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20), Settle = TimeSpan.FromSeconds(12), Window = TimeSpan.FromSeconds(8);
    private readonly List<Sample> samples = [];
    private readonly CancellationTokenSource done = new();

    /// <summary>Measures so many kills, as many stops and twice as many joins, with a line for each.</summary>
    public async Task MeasureAsync(int rounds)
    {
        await using var trial = await Trial.EmptyAsync(new History([], 0, ""), kafka, postgres, stores: null);
        var cluster = new List<SiloProcess>();
        try
        {
            for (int i = 0; i < silos; i++)
                cluster.Add(trial.StartProcess());
            await ActiveAsync(trial);
            var load = Task.WhenAll(FeedAsync(trial), WatchAsync(trial));
            await Task.Delay(Settle);
            for (int round = 0; round < rounds; round++)
            {
                await ReportAsync("nothing happens", static () => Task.CompletedTask);
                await ReportAsync("killed", () => Take(cluster).KillAsync());
                await ReplaceAsync(trial, cluster);
                await ReportAsync("stopped", () => Take(cluster).StopAsync());
                await ReplaceAsync(trial, cluster);
            }

            await done.CancelAsync();
            await load;
        }
        finally
        {
            foreach (var silo in cluster)
                silo.Dispose();
        }
    }

    private static SiloProcess Take(List<SiloProcess> cluster)
    {
        var silo = cluster[0];
        cluster.RemoveAt(0);
        return silo;
    }

    private async Task ReplaceAsync(Trial trial, List<SiloProcess> cluster)
    {
        await ReportAsync("joined", () =>
        {
            cluster.Add(trial.StartProcess());
            return ActiveAsync(trial);
        });
        await Task.Delay(Settle);
    }

    private async Task ActiveAsync(Trial trial)
    {
        while (await trial.ActiveSilosAsync() != silos)
            await Task.Delay(Tick);
    }

    private async Task ReportAsync(string what, Func<Task> happen)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Task.Run(happen), Task.Delay(Window));
        Sample[] taken;
        lock (samples)
            taken = [.. samples];
        double all = Longest(taken, start, static sample => sample.Offsets.Sum());
        double one = Enumerable.Range(0, Trial.UsualPartitions).Max(partition => Longest(taken, start, sample => sample.Offsets[partition]));
        Console.WriteLine($"{what,-16} every partition stood still for {all:0.00} s, the one that waited longest for {one:0.00} s");
    }

    // The longest time between two advances, of which the later one, or the end, lies after the start.
    private static double Longest(Sample[] samples, long start, Func<Sample, long> value)
    {
        var longest = TimeSpan.Zero;
        var last = samples[0];
        foreach (var sample in samples)
        {
            bool advanced = value(sample) > value(last);
            if (sample.At > start && (advanced || sample == samples[^1]))
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(last.At, sample.At).Ticks));
            if (advanced)
                last = sample;
        }

        return longest.TotalSeconds;
    }

    private async Task FeedAsync(Trial trial)
    {
        long started = Stopwatch.GetTimestamp();
        int sent = 0;
        while (!done.IsCancellationRequested)
        {
            int due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * PerSecond);
            if (due > history.Events.Length)
                throw new InvalidOperationException($"{history.Events.Length:n0} events are too few; give more with --events.");
            await trial.AppendAsync(history.Events.AsMemory(sent..due));
            sent = due;
            await Task.Delay(Tick);
        }
    }

    private async Task WatchAsync(Trial trial)
    {
        while (!done.IsCancellationRequested)
        {
            var progress = await trial.ProgressAsync();
            // Not before every partition has a row.
            if (progress.Count == Trial.UsualPartitions)
            {
                lock (samples)
                    samples.Add(new Sample(Stopwatch.GetTimestamp(), [.. progress.OrderBy(static item => item.Partition).Select(static item => item.NextOffset)]));
            }

            await Task.Delay(Tick);
        }
    }

    /// <summary>How far each partition was at one time, in the order of their keys.</summary>
    private sealed record Sample(long At, long[] Offsets);
}
