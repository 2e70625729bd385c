using System.Diagnostics;

namespace Eip.Bench.Api;

/// <summary>What a load saw; times in milliseconds.</summary>
internal sealed record LoadResult(long Requests, TimeSpan Elapsed, double P50, double P99, double Max)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>Some clients, each asking anew as soon as it was answered.</summary>
internal static class Load
{
    /// <summary>Runs clients for a while; each gets its own state from <paramref name="open"/> and asks through <paramref name="ask"/>.</summary>
    public static async Task<LoadResult> RunAsync<TClient>(
        int clients, TimeSpan duration, Func<int, Task<TClient>> open, Func<TClient, Random, ValueTask> ask)
        where TClient : IDisposable
    {
        // The first seconds warm up what is compiled better and better as it runs, and are not counted.
        await RunOnceAsync(clients, TimeSpan.FromSeconds(3), open, ask);
        return await RunOnceAsync(clients, duration, open, ask);
    }

    private static async Task<LoadResult> RunOnceAsync<TClient>(
        int clients, TimeSpan duration, Func<int, Task<TClient>> open, Func<TClient, Random, ValueTask> ask)
        where TClient : IDisposable
    {
        var start = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(async () =>
        {
            using var client = await open(number);
            var random = new Random(number);
            var own = new List<long>(64 * 1024);
            while (start.Elapsed < duration)
            {
                long before = Stopwatch.GetTimestamp();
                await ask(client, random);
                own.Add(Stopwatch.GetTimestamp() - before);
            }

            return own;
        })));
        var elapsed = start.Elapsed;
        long[] all = [.. times.SelectMany(static own => own).Order()];
        double Rank(double share) => all[(int)Math.Min(all.Length - 1, Math.Ceiling(all.Length * share) - 1)] * 1_000.0 / Stopwatch.Frequency;
        return new LoadResult(all.Length, elapsed, Rank(0.5), Rank(0.99), Rank(1));
    }
}
