using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class DamageFuzzTests
{
    private const int Inputs = 100_000, WritersEvery = 64, RepairsEvery = 128, StatsEvery = 8;

    [Fact]
    public void Whatever_happens_to_the_files_of_a_log_an_answer_is_complete_or_an_error_and_a_repair_keeps_every_whole_record()
    {
        int seed = Random.Shared.Next();
        int threads = Environment.ProcessorCount;
        long errors = 0;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            using var logs = new DamagedLogs();
            for (int i = thread; i < Inputs; i += threads)
            {
                var random = new Random(unchecked(seed + i));
                string damage = logs.Damage(random);
                string about = $"seed {seed}, input {i}: {damage}";
                bool writes = i % WritersEvery == 0, repairs = i % RepairsEvery == 0;
                if (!Answers(logs, about, writes, i % StatsEvery == 0))
                    Interlocked.Increment(ref errors);
                if (repairs)
                    RepairKeepsAll(logs, about);
                logs.Restore(all: writes || repairs);
            }
        });
        errors.ShouldBeInRange(Inputs / 4, Inputs, $"seed {seed}");
    }

    // True when the answer was complete.
    private static bool Answers(DamagedLogs logs, string about, bool writes, bool counts)
    {
        try
        {
            using var log = writes ? EventLog.Open(logs.Directory, new EventLogOptions()) : EventLog.OpenForReading(logs.Directory);
            for (int partition = 0; partition < logs.Expected.Length; partition++)
            {
                ReadAll(log, partition).SequenceEqual(logs.Expected[partition]).ShouldBeTrue(about);
                if (counts)
                    log.EndOffset(partition).ShouldBe(logs.Expected[partition].Length, about);
            }

            if (counts)
                log.Stats().Events.ShouldBe(DamagedLogs.Count, about);
            return true;
        }
        catch (LogDamagedException exception)
        {
            exception.File.ShouldStartWith(logs.Directory, Case.Sensitive, about);
            return false;
        }
    }

    private static void RepairKeepsAll(DamagedLogs logs, string about)
    {
        var whole = logs.Whole();
        try
        {
            EventLog.Repair(logs.Directory);
        }
        catch (LogDamagedException)
        {
            // Neither the description nor the ends tell how many partitions there were.
            LogEnds.ReadBoth(logs.Directory).ShouldBeEmpty(about);
            return;
        }

        EventLog.Examine(logs.Directory).Damages.ShouldBeEmpty(about);
        using var log = EventLog.Open(logs.Directory, new EventLogOptions { Deduplicate = true });
        log.Recovery.Losses.ShouldBeEmpty(about);
        ReadAll(log).ToHashSet().IsSupersetOf(whole).ShouldBeTrue(about);
        log.Append([.. logs.Expected.SelectMany(static events => events)]);
        ReadAll(log).ToHashSet().SetEquals(logs.Expected.SelectMany(static events => events)).ShouldBeTrue(about);
    }
}
