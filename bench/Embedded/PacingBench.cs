using System.Diagnostics;
using System.Globalization;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Bench;

/// <summary>
/// How punctual a scaled-time replay is at 3600x: for each event the time between its due moment and its emission, and the drift of the clock over the
/// whole run. Into a sink that only looks at the time, and into the durable log with the projections behind it.
/// </summary>
internal static class PacingBench
{
    private const double ReplaySpeed = 3600;
    private const double LatenessGoal = 20, DriftGoal = 0.001;

    public static async Task<int> RunAsync(string[] args)
    {
        int seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        int[] rates = args.Length > 1 ? [int.Parse(args[1], CultureInfo.InvariantCulture)] : [1_000, 10_000, 50_000];
        Console.WriteLine($"{Environment.ProcessorCount} cores, {ReplaySpeed:N0}x, {seconds} s for each line");
        Console.WriteLine($"{"events/s",10}  {"sink",-8}{"events",12}{"p50 ms",10}{"p99 ms",10}{"max ms",10}{"drift",12}{"held ms",10}");
        // The first run is late for the compiler's sake.
        await MeasureAsync(3600, 1, static sink => sink);
        bool good = true;
        foreach (int rate in rates)
        {
            good &= await RunAsync(rate, seconds, "clock", static sink => sink);
            string path = Directory.CreateTempSubdirectory("eip-pacing-").FullName;
            try
            {
                await using var target = EmbeddedTarget.Open(new Home(path), deduplicate: false, TimeProvider.System);
                good &= await RunAsync(rate, seconds, "log", sink => new Both(sink, target.Sink(TopicLayout.One)));
            }
            finally
            {
                Directory.Delete(path, recursive: true);
            }
        }

        Console.WriteLine(good ? "Within 20 ms at the 99th percentile, drift under 0.1 %." : "NOT within 20 ms at the 99th percentile and a drift under 0.1 %.");
        return good ? 0 : 1;
    }

    private static async Task<bool> RunAsync(int rate, int seconds, string name, Func<LatenessSink, IReplaySink> sinkOf)
    {
        var (summary, lateness, last) = await MeasureAsync(rate, seconds, sinkOf);
        var (p50, p99, max) = lateness.Percentiles();
        double drift = lateness.Drift(last);
        Console.WriteLine(
            $"{rate,10:N0}  {name,-8}{summary.Emitted,12:N0}{p50,10:N2}{p99,10:N2}{max,10:N2}{drift,12:P4}{summary.Delay.TotalMilliseconds,10:N0}");
        return p99 <= LatenessGoal && Math.Abs(drift) < DriftGoal;
    }

    private static async Task<(ReplaySummary Summary, LatenessSink Lateness, EventTime Last)> MeasureAsync(int rate, int seconds, Func<LatenessSink, IReplaySink> sinkOf)
    {
        var history = new SteadyHistory((int)Math.Max(1, Math.Round(rate / ReplaySpeed)), (long)(seconds * ReplaySpeed), rate < ReplaySpeed ? (int)Math.Round(ReplaySpeed / rate) : 1);
        var lateness = new LatenessSink(history.First!.Value, ReplaySpeed);
        var plan = new ReplayPlan { Mode = ReplayMode.Replay, From = history.First, Speed = ReplaySpeed };
        var summary = await new ReplayDriver(plan, history, sinkOf(lateness), null, TimeProvider.System).RunAsync();
        return (summary, lateness, history.Last!.Value);
    }

    /// <summary>Placed orders at an even rate of event time, made while they are read.</summary>
    private sealed class SteadyHistory(int perStep, long span, int step) : IHistory
    {
        private const int StepsInBatch = 256;
        private static readonly EventTime Begin = EventTime.Parse("2020-01-01T00:00:00Z");

        public string Identity => "steady";

        public EventTime? First => Begin;

        public EventTime? Last => Begin + ((Steps - 1) * step);

        public long Count => Steps * perStep;

        private long Steps => span / step;

        public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
        {
            var buffer = new FulfillmentEvent[StepsInBatch * perStep];
            long number = 0;
            for (long first = 0; first < Steps; first += StepsInBatch)
            {
                int length = (int)Math.Min(StepsInBatch, Steps - first) * perStep;
                for (int i = 0; i < length; i++)
                    buffer[i] = new FulfillmentEvent(OrderId.FromHex((UInt128)number++), EventType.OrderPlaced, Begin + ((first + (i / perStep)) * step), Region.Unknown, Region.Unknown, null);
                yield return buffer.AsMemory(0, length);
            }
        }
    }

    /// <summary>Counts how late each event comes, in hundredths of a millisecond.</summary>
    private sealed class LatenessSink(EventTime first, double speed) : IReplaySink
    {
        private const int Hundredths = 200_000;
        private readonly long[] histogram = new long[Hundredths + 1];
        private long startedAt, lastAt;
        private double max;

        public string Name => "lateness";

        public AppendResult Taken => default;

        public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<EventTime?>(null);

        public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

        public string? Mark() => null;

        public ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
        {
            lastAt = Stopwatch.GetTimestamp();
            if (startedAt == 0)
                startedAt = lastAt;
            double now = Stopwatch.GetElapsedTime(startedAt, lastAt).TotalMilliseconds;
            foreach (ref readonly var emission in batch.Span)
            {
                double late = now - ((emission.Event.EventAt - first) / speed * 1000);
                max = Math.Max(max, late);
                histogram[Math.Clamp((int)(late * 100), 0, Hundredths)]++;
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
            ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

        public (double P50, double P99, double Max) Percentiles() => (Percentile(0.5), Percentile(0.99), max);

        public double Drift(EventTime last) => (Stopwatch.GetElapsedTime(startedAt, lastAt).TotalSeconds * speed / (last - first)) - 1;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private double Percentile(double share)
        {
            long rank = (long)Math.Ceiling(histogram.Sum() * share), seen = 0;
            for (int i = 0; i < histogram.Length; i++)
            {
                if ((seen += histogram[i]) >= rank)
                    return i / 100.0;
            }

            return max;
        }
    }

    /// <summary>Looks at the time first, then appends.</summary>
    private sealed class Both(LatenessSink lateness, IReplaySink log) : IReplaySink
    {
        public string Name => log.Name;

        public AppendResult Taken => log.Taken;

        public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => log.WatermarkAsync(cancellationToken);

        public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => log.OpenAsync(mark, cancellationToken);

        public string? Mark() => log.Mark();

        public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
        {
            await lateness.SendAsync(batch, cancellationToken);
            await log.SendAsync(batch, cancellationToken);
        }

        public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
            ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) =>
            log.MissingAsync(batch, mark, attempts, cancellationToken);

        public ValueTask DisposeAsync() => log.DisposeAsync();
    }
}
