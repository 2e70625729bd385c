using Eip.Domain;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class SealedSegmentTests : IDisposable
{
    private const int Count = 2000;
    private static readonly EventLogOptions Small = OnePartition with { SegmentBytes = 8192 };
    private readonly LogFixture fixture = new();

    public SealedSegmentTests()
    {
        using var log = EventLog.Open(fixture.Directory, Small);
        log.Append(Events(0, Count));
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_flipped_bit_in_an_earlier_segment_is_told_with_file_place_and_count_and_repaired_but_for_its_event()
    {
        string path = fixture.Segments()[2];
        Change(path, static bytes => bytes[4000] ^= 16);
        var damage = IsDamaged(path, missing: 1);
        damage.Position.ShouldBeInRange(3900, 4000);
        damage.Offset.ShouldBeGreaterThan(FirstOffset(path));
        IsRepairedBut([.. Events((int)damage.Offset, 1)]);
    }

    [Fact]
    public void An_earlier_segment_that_was_cut_is_told_and_repaired_but_for_what_was_cut()
    {
        string path = fixture.Segments()[1];
        using (var file = new FileStream(path, FileMode.Open))
            file.SetLength(3000);
        long next = FirstOffset(fixture.Segments()[2]), first = IsDamaged(path, null).Offset;
        IsRepairedBut(Events((int)first, (int)(next - first)));
    }

    [Fact]
    public void A_segment_that_is_missing_between_others_is_told_and_the_rest_is_kept()
    {
        string[] segments = fixture.Segments();
        File.Delete(segments[1]);
        int first = (int)FirstOffset(segments[1]), next = (int)FirstOffset(segments[2]);
        IsDamaged(segments[0], next - first).Message.ShouldContain($"begins with offset {next}");
        IsRepairedBut(Events(first, next - first));
    }

    [Fact]
    public void A_last_segment_that_is_gone_is_told_by_the_events_that_had_been_flushed()
    {
        string last = fixture.Segments()[^1];
        File.Delete(last);
        int first = (int)FirstOffset(last);
        IsDamaged(fixture.Segments()[^1], Count - first);
        IsRepairedBut(Events(first, Count - first));
    }

    [Fact]
    public void A_partition_that_is_gone_is_told()
    {
        string partition = Path.GetDirectoryName(fixture.Segments()[0])!;
        Directory.Delete(partition, recursive: true);
        IsDamaged(partition, Count);
        IsRepairedBut(Events(0, Count));
    }

    [Fact]
    public void A_segment_of_another_log_is_told_and_nothing_is_taken_from_it()
    {
        using var other = new LogFixture();
        using (var log = EventLog.Open(other.Directory, Small))
            log.Append(Events(0, Count));
        string path = fixture.Segments()[2];
        File.Copy(other.Segments()[2], path, overwrite: true);
        int first = (int)FirstOffset(path), next = (int)FirstOffset(fixture.Segments()[3]);
        IsDamaged(path, next - first).Message.ShouldContain("another log");
        IsRepairedBut(Events(first, next - first));
    }

    [Fact]
    public void Segments_of_two_partitions_that_were_exchanged_are_told_and_go_back_to_where_they_belong()
    {
        using var two = new LogFixture();
        using (var log = EventLog.Open(two.Directory, Small with { Partitions = 2 }))
            log.Append(Events(0, Count));
        var (left, right) = (two.Segments(0)[0], two.Segments(1)[0]);
        byte[] bytes = File.ReadAllBytes(left);
        File.Copy(right, left, overwrite: true);
        File.WriteAllBytes(right, bytes);
        Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(two.Directory)).Message.ShouldContain("partition 1");
        EventLog.Repair(two.Directory).Partitions.ShouldAllBe(static partition => partition.Missing == 0);
        using var repaired = EventLog.Open(two.Directory, Small);
        ReadAll(repaired).OrderBy(static @event => @event.EventAt).ShouldBe(Events(0, Count));
    }

    [Fact]
    public void Records_that_are_whole_and_not_those_that_were_written_are_told()
    {
        // The same segment with its last two records in another order.
        string path = fixture.Segments()[0];
        Change(path, static bytes =>
        {
            var starts = new List<int> { SegmentFormat.HeaderLength };
            while (starts[^1] < bytes.Length)
                starts.Add(starts[^1] + RecordFormat.LengthOf(bytes.AsSpan(starts[^1])));
            byte[] turned = [.. bytes[starts[^2]..], .. bytes[starts[^3]..starts[^2]]];
            turned.CopyTo(bytes.AsSpan(starts[^3]));
        });
        IsDamaged(fixture.Segments()[1], 0);
        IsRepairedBut([]);
    }

    [Fact]
    public void A_whole_log_is_found_whole_and_a_repair_leaves_it_as_it_is()
    {
        byte[][] before = [.. fixture.Segments().Select(File.ReadAllBytes)];
        EventLog.Examine(fixture.Directory).ShouldSatisfyAllConditions(
            static found => found.Damages.ShouldBeEmpty(), static found => found.Notes.ShouldBeEmpty(), static found => found.Events.ShouldBe(Count));
        EventLog.Repair(fixture.Directory).KeptIn.ShouldBeNull();
        fixture.Segments().Select(File.ReadAllBytes).ShouldBe(before);
    }

    [Fact]
    public void The_offset_at_a_time_is_that_of_the_first_event_at_or_after_it_though_events_come_out_of_order()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        // Wide blocks of time that overlap, in a log of many index blocks.
        var events = Enumerable.Range(0, 20_000).Select(i => Event(i) with { EventAt = new EventTime(FirstTime + (i / 10) + random.Next(500)) }).ToArray();
        using var directory = new LogFixture();
        using var log = EventLog.Open(directory.Directory, OnePartition with { SegmentBytes = 200_000 });
        log.Append(events);
        for (int i = 0; i < 300; i++)
        {
            var time = new EventTime(FirstTime - 5 + random.Next(2600));
            int expected = Array.FindIndex(events, @event => @event.EventAt >= time);
            log.OffsetAt(0, time).ShouldBe(expected < 0 ? events.Length : expected, $"seed {seed}, {time}");
        }
    }

    private static long FirstOffset(string path) => long.Parse(Path.GetFileNameWithoutExtension(path));

    private static void Change(string path, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }

    // Readers and writers say the same, and the examination too.
    private LogDamagedException IsDamaged(string file, long? missing)
    {
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, Small)).File.ShouldBe(file);
        var damage = Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(fixture.Directory));
        damage.File.ShouldBe(file);
        if (missing is { } count)
            damage.Missing.ShouldBe(count);
        var place = EventLog.Examine(fixture.Directory).Damages[0];
        (place.File, place.Position, place.Offset).ShouldBe((damage.File, damage.Position, damage.Offset));
        return damage;
    }

    private void IsRepairedBut(FulfillmentEvent[] gone)
    {
        var report = EventLog.Repair(fixture.Directory);
        report.Partitions.ShouldHaveSingleItem().Missing.ShouldBe(gone.Length);
        using (var log = EventLog.Open(fixture.Directory, Small with { Deduplicate = true }))
        {
            log.Recovery.Sentences.ShouldBeEmpty();
            ReadAll(log, 0).OrderBy(static @event => @event.EventAt).ShouldBe(Events(0, Count).Except(gone));
            log.Append(Events(0, Count)).Appended.ShouldBe(gone.Length);
        }

        EventLog.Examine(fixture.Directory).Damages.ShouldBeEmpty();
        Directory.Exists(report.KeptIn!).ShouldBeTrue();
    }
}
