using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Scenarios;

/// <summary>One way to replay a data set.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Plans">The replays, one after the other, each going on where the log stands unless it names a range.</param>
public sealed record VerificationCase(string Name, IReadOnlyList<ReplayPlan> Plans);

/// <summary>What came of one way.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Events">Events emitted.</param>
/// <param name="Repeated">How many of them more than the data set has: duplicates and events of overlapping ranges.</param>
/// <param name="DeadLetters">Dead letters.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Same">Whether it is the digest of the clean backfill, with a dead letter for each malformed line.</param>
/// <param name="Took">How long it took.</param>
public sealed record VerificationRow(string Name, long Events, long Repeated, long DeadLetters, string Digest, bool Same, TimeSpan Took);

/// <summary>Replays a data set by every mode and fault plan, each into an empty home, and compares the digests (fulfillment-v1 §5).</summary>
/// <param name="history">The data set.</param>
/// <param name="scratch">A folder for the homes; each is removed when it was looked at.</param>
/// <param name="seed">The seed of the fault plans.</param>
/// <param name="time">Real time.</param>
public sealed class Verification(IHistory history, string scratch, ulong seed, TimeProvider time)
{
    // However long the data, a paced replay of it takes a few seconds.
    private const double PacedSeconds = 3;

    /// <summary>Every way, the clean backfill first.</summary>
    public IReadOnlyList<VerificationCase> Cases()
    {
        var backfill = new ReplayPlan { Mode = ReplayMode.Backfill };
        var middle = At(0.5);
        var replay = new ReplayPlan { Mode = ReplayMode.Replay, From = history.First, Speed = Math.Min(SpeedText.Max, Math.Max(1, Span / PacedSeconds)) };
        var window = new ReplayPlan { Mode = ReplayMode.Window, From = At(0.25), To = At(0.75) };
        FaultPlan Faults(FaultPlan plan) => plan with { Seed = seed };
        VerificationCase Troubled(string name, FaultPlan plan) => new(name, [backfill with { Faults = Faults(plan) }]);
        var shuffle = new FaultPlan { Shuffle = TimeSpan.FromHours(2) };
        var everything = new FaultPlan
        {
            Duplicates = 0.05, Shuffle = TimeSpan.FromHours(2), Drop = 0.01, ThenResend = true, Late = TimeSpan.FromDays(3), Corrupt = 0.001,
        };
        return
        [
            new("backfill", [backfill]),
            new("backfill, one topic per owner", [backfill with { Layout = TopicLayout.PerOwner }]),
            new("backfill in three pieces", [backfill with { To = At(0.3) }, backfill with { From = At(0.3), To = At(0.6) }, backfill with { From = At(0.6) }]),
            new("backfill twice", [backfill, backfill]),
            new("backfill, then replay", [backfill with { To = middle }, replay with { From = null, Speed = Math.Max(1, replay.Speed / 2) }]),
            new("replay", [replay]),
            new("replay, twice the speed, one topic per owner", [replay with { Speed = Math.Min(SpeedText.Max, replay.Speed * 2), Layout = TopicLayout.PerOwner }]),
            new("backfill, then a window again", [backfill, window]),
            Troubled("duplicates 5%", new FaultPlan { Duplicates = 0.05 }),
            Troubled("shuffle 2h", shuffle),
            Troubled("drop 1% then resend", new FaultPlan { Drop = 0.01, ThenResend = true }),
            Troubled("late 3d", new FaultPlan { Late = TimeSpan.FromDays(3) }),
            Troubled("corrupt 0.1%", new FaultPlan { Corrupt = 0.001 }),
            Troubled("all of them", everything),
            new("all of them, replayed", [replay with { Faults = Faults(everything) }]),
            new("drop 20%, then repair by window", [backfill with { Faults = Faults(new FaultPlan { Drop = 0.2 }) }, window with { From = history.First, To = history.Last }]),
        ];
    }

    /// <summary>Carries all of them out.</summary>
    public async IAsyncEnumerable<VerificationRow> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? clean = null;
        foreach (var way in Cases())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = await RunAsync(way, clean, cancellationToken);
            clean ??= row.Digest;
            yield return row;
        }
    }

    private double Span => history.Last!.Value - history.First!.Value;

    private EventTime At(double share) => new ScenarioMoment(null, share).In(history);

    private async Task<VerificationRow> RunAsync(VerificationCase way, string? clean, CancellationToken cancellationToken)
    {
        string path = Path.Combine(scratch, "verify-" + Guid.NewGuid().ToString("n"));
        long started = time.GetTimestamp(), emitted = 0, malformed = 0;
        try
        {
            await using var target = EmbeddedTarget.Open(new Home(path), deduplicate: false, time);
            foreach (var plan in way.Plans)
            {
                await using var sink = target.Sink(plan.Layout);
                var summary = await new ReplayDriver(plan, history, sink, null, time).RunAsync(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                emitted += summary.Emitted;
                malformed += summary.Malformed;
            }

            string digest = (await target.SettleAsync(cancellationToken)).All;
            long letters = await target.DeadLetters.CountAsync(cancellationToken);
            return new VerificationRow(
                way.Name, emitted, emitted - history.Count, letters, digest, (clean is null || digest == clean) && letters == malformed, time.GetElapsedTime(started));
        }
        finally
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }
}
