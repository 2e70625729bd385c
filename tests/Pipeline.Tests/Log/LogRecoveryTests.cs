using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class LogRecoveryTests : IDisposable
{
    private const int Count = 7, Flushed = 3;
    private readonly LogFixture fixture = new();
    private readonly string segment;
    private readonly byte[] whole, endsFile;

    // Where each record ends, the header first.
    private readonly List<int> ends = [SegmentFormat.HeaderLength];

    public LogRecoveryTests()
    {
        using (var log = EventLog.Open(fixture.Directory, OnePartition))
        {
            log.Append(Events(0, Flushed));
            log.Flush();
            endsFile = File.ReadAllBytes(PathOf(LogEnds.FileName));
            log.Append(Events(Flushed, Count - Flushed));
        }

        segment = fixture.Segments()[0];
        whole = File.ReadAllBytes(segment);
        while (ends[^1] < whole.Length)
            ends.Add(ends[^1] + RecordFormat.LengthOf(whole.AsSpan(ends[^1])));
        ends.Count.ShouldBe(Count + 1);
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_tail_that_was_never_flushed_cut_at_any_byte_opens_with_what_was_whole_before_it()
    {
        for (int length = ends[Flushed]; length < whole.Length; length++)
        {
            Crash(whole.AsSpan(0, length));
            OpensWith(ends.FindLastIndex(end => end <= length), length);
        }
    }

    [Fact]
    public void A_tail_that_was_never_flushed_with_any_flipped_bit_opens_with_what_was_whole_before_it()
    {
        for (int bit = ends[Flushed] * 8; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Crash(damaged);
            OpensWith(ends.FindLastIndex(end => end <= bit / 8), whole.Length);
        }
    }

    [Fact]
    public void A_cut_before_the_flushed_end_is_damage_to_readers_and_writers_and_nothing_is_cut_off()
    {
        for (int length = 0; length < ends[Flushed]; length++)
        {
            Crash(whole.AsSpan(0, length));
            IsDamaged(Flushed - Math.Max(0, ends.FindLastIndex(end => end <= length)));
            File.ReadAllBytes(segment).ShouldBe(whole[..length]);
        }
    }

    [Fact]
    public void A_flipped_bit_before_the_flushed_end_is_damage_to_readers_and_writers_and_nothing_is_cut_off()
    {
        for (int bit = 0; bit < ends[Flushed] * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Crash(damaged);
            IsDamaged(null);
            File.ReadAllBytes(segment).ShouldBe(damaged);
        }
    }

    [Fact]
    public void A_tail_of_zeros_as_a_loss_of_power_leaves_it_is_cut_off()
    {
        Crash([.. whole, .. new byte[5000]]);
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Recovery.Losses.ShouldHaveSingleItem().BytesLost.ShouldBe(5000);
        ReadAll(log, 0).ShouldBe(Events(0, Count));
    }

    [Fact]
    public void What_is_cut_off_twice_at_one_place_is_kept_twice()
    {
        for (int i = 0; i < 3; i++)
        {
            Crash([.. whole, (byte)(i + 1)]);
            EventLog.Open(fixture.Directory, OnePartition).Dispose();
        }

        Directory.GetFiles(Path.GetDirectoryName(segment)!, "*.lost").Select(static path => File.ReadAllBytes(path)[0]).Order().ShouldBe((byte[])[1, 2, 3]);
    }

    [Fact]
    public void A_segment_that_a_crash_left_without_a_header_is_begun_again()
    {
        foreach (int length in new[] { 0, 5, SegmentFormat.HeaderLength })
        {
            string begun = SegmentFormat.PathOf(Path.GetDirectoryName(segment)!, Count);
            Crash(whole);
            File.WriteAllBytes(begun, new byte[length]);
            using (var reader = EventLog.OpenForReading(fixture.Directory))
                ReadAll(reader, 0).ShouldBe(Events(0, Count));
            OpensWith(Count, whole.Length, loses: false);
            File.Exists(begun).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_log_of_a_later_format_is_refused_and_left_alone()
    {
        byte[] later = [.. whole];
        later[8] = 3;
        BitConverter.TryWriteBytes(later.AsSpan(28), Crc32C.Of(later.AsSpan(0, 28)));
        Crash(later);
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).Message.ShouldContain("format version 3");
        File.ReadAllBytes(segment).ShouldBe(later);
        EventLog.WriterOf(fixture.Directory).ShouldBeNull();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"format\":9,\"partitions\":4}")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":2,\"partitions\":2,\"log\":\"00000001\",\"checksum\":\"00000000\"}")]
    public void A_damaged_description_is_refused_and_named(string text)
    {
        File.WriteAllText(PathOf("log.json"), text);
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).File.ShouldEndWith("log.json");
        Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(fixture.Directory)).File.ShouldEndWith("log.json");
    }

    [Fact]
    public void A_log_that_lost_its_description_is_not_taken_for_a_new_one()
    {
        File.Delete(PathOf("log.json"));
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).Message.ShouldContain("log.json");
        Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(fixture.Directory)).Message.ShouldContain("log.json");
    }

    [Fact]
    public void The_loss_of_one_file_of_ends_is_told_and_made_good_and_the_loss_of_both_is_damage()
    {
        foreach (string name in new[] { LogEnds.FileName, LogEnds.CopyName })
        {
            File.Delete(PathOf(name));
            using (var reader = EventLog.OpenForReading(fixture.Directory))
                reader.Recovery.Notes.ShouldHaveSingleItem().ShouldContain(name);
            EventLog.Examine(fixture.Directory).Notes.ShouldHaveSingleItem().ShouldContain(name);
            using (var log = EventLog.Open(fixture.Directory, OnePartition))
                log.Recovery.Notes.ShouldHaveSingleItem().ShouldContain(name);
            OpensWith(Count, whole.Length, loses: false);
        }

        File.Delete(PathOf(LogEnds.FileName));
        File.WriteAllBytes(PathOf(LogEnds.CopyName), []);
        Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(fixture.Directory)).File.ShouldEndWith("ends");
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).File.ShouldEndWith("ends");
        EventLog.Repair(fixture.Directory);
        OpensWith(Count, whole.Length, loses: false);
    }

    private void OpensWith(int kept, int length, bool loses = true)
    {
        using (var log = EventLog.Open(fixture.Directory, OnePartition))
        {
            if (loses && length > ends[kept])
            {
                var loss = log.Recovery.Losses.ShouldHaveSingleItem($"{length} bytes");
                (loss.Offset, loss.Position, loss.BytesLost).ShouldBe((kept, ends[kept], length - ends[kept]));
                new FileInfo(loss.KeptIn!).Length.ShouldBe(loss.BytesLost);
            }

            ReadAll(log, 0).ShouldBe(Events(0, kept));
            log.Append(Events(kept, Count - kept));
            ReadAll(log, 0).ShouldBe(Events(0, Count));
        }

        using var reopened = EventLog.Open(fixture.Directory, OnePartition);
        reopened.Recovery.Sentences.ShouldBeEmpty();
    }

    private void IsDamaged(int? missing)
    {
        var reading = Should.Throw<LogDamagedException>(() => EventLog.OpenForReading(fixture.Directory));
        var writing = Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition));
        (reading.File, writing.File).ShouldBe((segment, segment));
        if (missing is { } count)
            reading.Missing.ShouldBe(count);
    }

    // The files as a crash leaves them, that came after more was appended than flushed.
    private void Crash(ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(segment, bytes);
        File.WriteAllBytes(PathOf(LogEnds.FileName), endsFile);
        File.WriteAllBytes(PathOf(LogEnds.CopyName), endsFile);
    }

    private string PathOf(string name) => Path.Combine(fixture.Directory, name);
}
