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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flipped_bit_in_an_earlier_segment_is_told_when_it_is_read_with_file_and_place(bool hasIndex)
    {
        string path = fixture.Segments()[2];
        long firstOffset = long.Parse(Path.GetFileNameWithoutExtension(path));
        byte[] bytes = File.ReadAllBytes(path);
        bytes[4000] ^= 16;
        File.WriteAllBytes(path, bytes);
        if (!hasIndex)
            File.Delete(Path.ChangeExtension(path, ".index"));

        using var log = EventLog.Open(fixture.Directory, Small);
        using var reader = log.Read(0, 0);
        var found = new List<FulfillmentEvent>();
        var buffer = new FulfillmentEvent[100];
        var damage = Should.Throw<LogDamagedException>(() =>
        {
            for (int count; (count = reader.Read(buffer)) > 0;)
                found.AddRange(buffer.AsSpan(0, count));
        });
        damage.File.ShouldBe(path);
        damage.Position.ShouldBeInRange(3900, 4000);
        found.ShouldBe(Events(0, (int)damage.Offset));
        damage.Offset.ShouldBeGreaterThan(firstOffset);

        var place = log.Verify().ShouldHaveSingleItem();
        (place.File, place.Position, place.Offset).ShouldBe((damage.File, damage.Position, damage.Offset));
        long next = long.Parse(Path.GetFileNameWithoutExtension(fixture.Segments()[3]));
        ReadAll(log, 0, next).ShouldBe(Events((int)next, Count - (int)next));
    }

    [Fact]
    public void An_earlier_segment_that_was_cut_is_told_when_it_is_read()
    {
        string path = fixture.Segments()[1];
        using (var file = new FileStream(path, FileMode.Open))
            file.SetLength(3000);
        using var log = EventLog.Open(fixture.Directory, Small);
        Should.Throw<LogDamagedException>(() => ReadAll(log, 0)).File.ShouldBe(path);
        log.Verify().ShouldHaveSingleItem().File.ShouldBe(path);
    }

    [Fact]
    public void A_segment_that_is_missing_between_others_is_told_when_reading_comes_to_it()
    {
        File.Delete(fixture.Segments()[1]);
        using var log = EventLog.Open(fixture.Directory, Small);
        Should.Throw<LogDamagedException>(() => ReadAll(log, 0)).Message.ShouldContain("the next one begins with offset");
        log.Verify().Count.ShouldBe(1);
    }

    [Fact]
    public void A_whole_log_verifies()
    {
        using var log = EventLog.Open(fixture.Directory, Small);
        log.Verify().ShouldBeEmpty();
    }

    [Fact]
    public void Lost_and_damaged_indexes_are_made_anew()
    {
        string[] segments = fixture.Segments();
        File.Delete(Path.ChangeExtension(segments[0], ".index"));
        File.WriteAllText(Path.ChangeExtension(segments[1], ".index"), "nonsense");
        byte[] flipped = File.ReadAllBytes(Path.ChangeExtension(segments[2], ".index"));
        flipped[20] ^= 1;
        File.WriteAllBytes(Path.ChangeExtension(segments[2], ".index"), flipped);
        using (var log = EventLog.Open(fixture.Directory, Small))
        {
            ReadAll(log, 0, 123).ShouldBe(Events(123, Count - 123));
            log.OffsetAt(0, new EventTime(FirstTime + 321)).ShouldBe(321);
        }

        foreach (string path in segments[..^1])
            SegmentIndexFile.TryLoad(path, new FileInfo(path).Length).ShouldNotBeNull();
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
}
