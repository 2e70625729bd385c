using System.Diagnostics;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Silo.Kafka;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Verification;

/// <summary>
/// Proves that the cluster and the embedded host agree: one history in each replay mode and under each fault plan, through silos on real servers, and
/// once through the embedded pipeline. Every digest must be the same (fulfillment-v1 §5).
/// </summary>
/// <param name="kafka">Kafka's bootstrap servers.</param>
/// <param name="postgres">A connection string of PostgreSQL; databases are made and dropped beside the one that it names.</param>
/// <param name="elasticsearch">Elasticsearch, for the search indices as well; null leaves them out.</param>
/// <param name="silos">How many silos.</param>
/// <param name="output">Where the table goes.</param>
public sealed class ClusterVerification(string kafka, string postgres, string? elasticsearch, int silos, TextWriter output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ReplayMode[] Modes = [ReplayMode.Backfill, ReplayMode.Replay, ReplayMode.Window];

    private static readonly FaultPlan[] Plans =
    [
        FaultPlan.None,
        new() { Duplicates = 0.1, Shuffle = TimeSpan.FromDays(3) },
        new() { Drop = 0.05, ThenResend = true },
        new() { Late = TimeSpan.FromDays(30), Corrupt = 0.01 },
    ];

    /// <summary>Runs every mode under every plan and prints a row for each; true when all digests are the same.</summary>
    public async Task<bool> RunAsync(IHistory history, CancellationToken cancellationToken = default)
    {
        var expected = await EmbeddedAsync(history, cancellationToken);
        await output.WriteLineAsync($"{history.Count:n0} events; the embedded host's digest is {expected.All}");
        await output.WriteLineAsync($"{"mode",-9} {"topics",-9} {"faults",-34} {"emitted",10} {"letters",8} {"seconds",8}  digest");
        bool holds = true;
        foreach (var mode in Modes)
        {
            foreach (var plan in Plans)
                holds &= await TryAsync(history, mode, plan, KafkaTopicLayout.OneTopic, expected, cancellationToken);
        }

        holds &= await TryAsync(history, ReplayMode.Backfill, FaultPlan.None, KafkaTopicLayout.TopicPerOwner, expected, cancellationToken);
        await output.WriteLineAsync(holds ? "All digests are the same." : "Some digests differ.");
        return holds;
    }

    private async Task<bool> TryAsync(
        IHistory history, ReplayMode mode, FaultPlan faults, KafkaTopicLayout layout, SectionDigests expected, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await using var cluster = await TrialCluster.StartAsync(kafka, postgres, elasticsearch, silos, layout, cancellationToken);
        await using var sink = new KafkaSink(cluster.Log, cluster.LogOptions);
        long emitted = 0;
        foreach (var plan in PlansOf(history, mode, faults))
        {
            emitted += plan.Count(history, plan.From, cancellationToken);
            await new ReplayDriver(plan, history, sink, null, TimeProvider.System).RunAsync(cancellationToken);
        }

        var status = await cluster.SettleAsync(cancellationToken);
        string digest = await UntilAsync(cluster, expected.All, cancellationToken);
        string? search = await cluster.SearchDifferenceAsync(expected, cancellationToken);
        string name = layout == KafkaTopicLayout.OneTopic ? "one" : "by owner";
        string verdict = digest != expected.All ? $"DIFFERS {digest}" : search is null ? "same" : $"SEARCH DIFFERS {search}";
        await output.WriteLineAsync(
            $"{mode.ToString().ToLowerInvariant(),-9} {name,-9} {(faults.IsNone ? "none" : faults.ToString()),-34} {emitted,10:n0} {status.DeadLetters,8:n0} {Stopwatch.GetElapsedTime(started).TotalSeconds,8:0.0}  {verdict}");
        return digest == expected.All && search is null;
    }

    // A window is a part of history once more, over what a backfill brought.
    private static IEnumerable<ReplayPlan> PlansOf(IHistory history, ReplayMode mode, FaultPlan faults)
    {
        var first = history.First!.Value;
        var last = history.Last!.Value;
        if (mode == ReplayMode.Replay)
        {
            // All of history in a few seconds.
            yield return new ReplayPlan { Mode = mode, From = first, Speed = Math.Max(1, (last - first) / 3.0), Faults = faults };
            yield break;
        }

        yield return new ReplayPlan { Mode = ReplayMode.Backfill, Faults = faults };
        if (mode == ReplayMode.Window)
            yield return new ReplayPlan { Mode = mode, From = first + ((last - first) / 3), To = first + ((last - first) * 2 / 3), Faults = faults };
    }

    // Lanes write their open days once the stream has been idle for a moment; until then the table lacks them.
    private static async Task<string> UntilAsync(TrialCluster cluster, string expected, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            var digest = await cluster.DigestAsync(cancellationToken);
            if (digest.All == expected || Stopwatch.GetElapsedTime(started) > Patience)
                return digest.All;
            await Task.Delay(500, cancellationToken);
        }
    }

    private static async Task<SectionDigests> EmbeddedAsync(IHistory history, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("eip-verify-").FullName;
        try
        {
            await using var pipeline = EmbeddedPipeline.Open(new Home(folder), new PipelineOptions());
            foreach (var batch in history.Read(null, null))
                pipeline.Append(batch.Span);
            await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            return pipeline.Digest(cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
