using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class LogRecoveryTests : IDisposable
{
    private const int Count = 7;
    private readonly LogFixture fixture = new();
    private readonly string segment;
    private readonly byte[] whole;

    // Where each record ends, the header first.
    private readonly List<int> ends = [SegmentFormat.HeaderLength];

    public LogRecoveryTests()
    {
        using (var log = EventLog.Open(fixture.Directory, OnePartition))
            log.Append(Events(0, Count));
        segment = fixture.Segments()[0];
        whole = File.ReadAllBytes(segment);
        while (ends[^1] < whole.Length)
            ends.Add(ends[^1] + RecordFormat.LengthOf(whole.AsSpan(ends[^1])));
        ends.Count.ShouldBe(Count + 1);
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_segment_cut_at_any_byte_opens_with_what_was_whole_before_it_and_says_what_was_lost()
    {
        for (int length = 0; length < whole.Length; length++)
        {
            Damage(whole.AsSpan(0, length));
            int kept = Math.Max(0, ends.FindLastIndex(end => end <= length));
            using (var log = EventLog.Open(fixture.Directory, OnePartition))
            {
                var loss = log.Recovery.Losses.ShouldHaveSingleItem($"cut at {length}");
                loss.Partition.ShouldBe(0);
                loss.Offset.ShouldBe(kept);
                loss.EventsLost.ShouldBe(Count - kept);
                loss.BytesLost.ShouldBe(Math.Max(0, length - Math.Max(ends[kept], SegmentFormat.HeaderLength)));
                if (loss.KeptIn is { } side)
                    File.ReadAllBytes(side).ShouldBe(whole[ends[kept]..length]);
                ReadAll(log, 0).ShouldBe(Events(0, kept));
                log.Append(Events(kept, Count - kept));
                ReadAll(log, 0).ShouldBe(Events(0, Count));
            }

            OpensClean();
        }
    }

    [Fact]
    public void A_segment_with_any_flipped_bit_opens_with_what_was_whole_before_it_and_says_what_was_lost()
    {
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Damage(damaged);
            // All that a header says follows from its place and name, so a flipped bit there costs no event.
            bool isInHeader = bit / 8 < SegmentFormat.HeaderLength;
            int kept = isInHeader ? Count : ends.FindLastIndex(end => end <= bit / 8);
            using (var log = EventLog.Open(fixture.Directory, OnePartition))
            {
                var loss = log.Recovery.Losses.ShouldHaveSingleItem($"bit {bit}");
                (loss.Offset, loss.BytesLost).ShouldBe((kept, whole.Length - ends[kept]));
                loss.EventsLost.ShouldBe(isInHeader ? null : Count - kept);
                loss.Position.ShouldBe(isInHeader ? 0 : ends[kept]);
                if (!isInHeader)
                    File.ReadAllBytes(loss.KeptIn!).ShouldBe(damaged[ends[kept]..]);
                ReadAll(log, 0).ShouldBe(Events(0, kept));
                log.Append(Events(kept, Count - kept));
                ReadAll(log, 0).ShouldBe(Events(0, Count));
            }

            OpensClean();
        }
    }

    [Fact]
    public void A_tail_of_zeros_as_a_loss_of_power_leaves_it_is_cut_off()
    {
        Damage([.. whole, .. new byte[5000]]);
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Recovery.Losses.ShouldHaveSingleItem().BytesLost.ShouldBe(5000);
        ReadAll(log, 0).ShouldBe(Events(0, Count));
    }

    [Fact]
    public void A_last_segment_that_is_gone_is_told_by_the_events_that_had_been_flushed()
    {
        File.Delete(segment);
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Recovery.Losses.ShouldHaveSingleItem().EventsLost.ShouldBe(Count);
        log.Recovery.Sentences.ShouldHaveSingleItem().ShouldContain("7 events that had been flushed");
    }

    [Fact]
    public void What_is_cut_off_twice_at_one_place_is_kept_twice()
    {
        for (int i = 0; i < 3; i++)
        {
            Damage([.. whole, (byte)(i + 1)]);
            EventLog.Open(fixture.Directory, OnePartition).Dispose();
        }

        Directory.GetFiles(Path.GetDirectoryName(segment)!, "*.lost").Select(static path => File.ReadAllBytes(path)[0]).Order().ShouldBe((byte[])[1, 2, 3]);
    }

    [Fact]
    public void A_log_of_a_later_format_is_refused_and_left_alone()
    {
        byte[] later = [.. whole];
        later[8] = 2;
        BitConverter.TryWriteBytes(later.AsSpan(28), Crc32C.Of(later.AsSpan(0, 28)));
        Damage(later);
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).Message.ShouldContain("format version 2");
        File.ReadAllBytes(segment).ShouldBe(later);
        EventLog.WriterOf(fixture.Directory).ShouldBeNull();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"format\":9,\"partitions\":4}")]
    [InlineData("{\"format\":1}")]
    public void A_damaged_description_is_refused_and_named(string text)
    {
        File.WriteAllText(Path.Combine(fixture.Directory, "log.json"), text);
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).File.ShouldEndWith("log.json");
    }

    [Fact]
    public void A_log_that_lost_its_description_is_not_taken_for_a_new_one()
    {
        File.Delete(Path.Combine(fixture.Directory, "log.json"));
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).Message.ShouldContain("log.json");
    }

    private void Damage(ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(segment, bytes);
        LogEnds.TrySave(fixture.Directory, [Count]);
    }

    private void OpensClean()
    {
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Recovery.Sentences.ShouldBeEmpty();
    }
}
