using System.IO.Compression;
using Eip.Domain;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

/// <summary>A log that the version of EIP before format 2 wrote: events 0 to 299 and 0 to 19 again, in two partitions of small segments.</summary>
public sealed class FirstFormatTests : IDisposable
{
    private static readonly EventLogOptions Options = new() { Partitions = 2, SegmentBytes = 4096, Deduplicate = true };
    private static readonly FulfillmentEvent[] Written = [.. Events(0, 300), .. Events(0, 20)];
    private readonly LogFixture fixture = new();

    public FirstFormatTests()
    {
        using var zip = typeof(FirstFormatTests).Assembly.GetManifestResourceStream("log-format-1.zip")!;
        ZipFile.ExtractToDirectory(zip, fixture.Directory);
    }

    private string Log => Path.Combine(fixture.Directory, "log");

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_log_of_format_1_is_read_as_it_is_and_not_changed()
    {
        var before = Files();
        using (var log = EventLog.OpenForReading(Log))
            Holds(log, Written);
        EventLog.Examine(Log).Damages.ShouldBeEmpty();
        Files().ShouldBe(before);
    }

    [Fact]
    public void A_log_of_format_1_becomes_one_of_format_2_when_it_is_written()
    {
        using (var log = EventLog.Open(Log, Options))
        {
            log.Recovery.Sentences.ShouldBeEmpty();
            log.Append(Events(0, 310)).Appended.ShouldBe(10);
            Holds(log, [.. Written, .. Events(300, 10)]);
        }

        File.ReadAllText(Path.Combine(Log, "log.json")).ShouldContain("\"format\":2");
        Directory.GetFiles(Log, "*.index", SearchOption.AllDirectories).ShouldBeEmpty();
        using var again = EventLog.OpenForReading(Log);
        Holds(again, [.. Written, .. Events(300, 10)]);
    }

    [Fact]
    public void An_upgrade_that_was_interrupted_after_any_file_is_ended_by_the_next()
    {
        var old = Files();
        using (EventLog.Open(Log, Options))
        {
        }

        var upgraded = Files();
        string[] segments = [.. old.Keys.Where(static name => name.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        for (int done = 0; done <= segments.Length + 1; done++)
        {
            foreach (string name in upgraded.Keys)
                File.Delete(Path.Combine(Log, name));
            foreach (var (name, bytes) in old)
                File.WriteAllBytes(Path.Combine(Log, name), Convert.FromHexString(bytes));
            foreach (string name in segments.Take(done).Concat(done > segments.Length ? [LogEnds.FileName, LogEnds.CopyName] : []))
                File.WriteAllBytes(Path.Combine(Log, name), Convert.FromHexString(upgraded[name]));
            using (var reader = EventLog.OpenForReading(Log))
                Holds(reader, Written);
            using var log = EventLog.Open(Log, Options);
            Holds(log, Written);
        }
    }

    [Fact]
    public void A_flushed_event_that_a_log_of_format_1_has_lost_is_told_and_the_rest_is_repaired()
    {
        string path = Path.Combine(Log, "p0000", "00000000000000000096.log");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[500] ^= 1;
        File.WriteAllBytes(path, bytes);
        var damage = Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(Log));
        (damage.File, damage.Missing).ShouldBe((path, 1));
        EventLog.Repair(Log).Partitions.ShouldHaveSingleItem().Missing.ShouldBe(1);
        using var log = EventLog.Open(Log, Options);
        log.Append(Events(0, 300)).Appended.ShouldBe(1);
    }

    [Fact]
    public void A_log_of_format_1_that_was_killed_before_its_first_flush_opens_and_says_that_nothing_tells_whether_it_is_complete()
    {
        File.Delete(Path.Combine(Log, "ends"));
        using (var reader = EventLog.OpenForReading(Log))
            Holds(reader, Written);
        using var log = EventLog.Open(Log, Options);
        log.Recovery.Notes.ShouldHaveSingleItem().ShouldContain("never flushed");
        Holds(log, Written);
    }

    private static void Holds(EventLog log, FulfillmentEvent[] events) =>
        ReadAll(log).OrderBy(static @event => @event.EventAt).ShouldBe(events.OrderBy(static @event => @event.EventAt));

    private Dictionary<string, string> Files() => Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories)
        .Where(static path => Path.GetFileName(path) is not "writer.lock")
        .ToDictionary(path => Path.GetRelativePath(Log, path), static path => Convert.ToHexString(File.ReadAllBytes(path)));
}
