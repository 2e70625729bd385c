using Eip.Domain;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class EventLogTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void What_was_appended_is_read_back_equal_and_in_order()
    {
        var events = Events(0, 5000);
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append(events).Appended.ShouldBe(5000);
        log.EndOffset(0).ShouldBe(5000);
        ReadAll(log, 0).ShouldBe(events);
    }

    [Fact]
    public void A_log_that_is_opened_again_goes_on_where_it_ended()
    {
        var events = Events(0, 3000);
        for (int i = 0; i < 3; i++)
        {
            using var log = EventLog.Open(fixture.Directory, OnePartition with { SegmentBytes = 8192 });
            log.Recovery.Sentences.ShouldBeEmpty();
            log.EndOffset(0).ShouldBe(i * 1000);
            log.Append(events.AsSpan(i * 1000, 1000));
        }

        using var reopened = EventLog.Open(fixture.Directory, OnePartition);
        fixture.Segments().Length.ShouldBeGreaterThan(10);
        ReadAll(reopened, 0).ShouldBe(events);
        for (int offset = 0; offset <= 3000; offset += 37)
            ReadAll(reopened, 0, offset).ShouldBe(events[offset..]);
    }

    [Fact]
    public void All_events_of_an_order_are_in_the_partition_that_its_hash_names()
    {
        using var log = EventLog.Open(fixture.Directory, new EventLogOptions { Partitions = 5 });
        log.Append(Events(0, 7000));
        long total = 0;
        for (int partition = 0; partition < 5; partition++)
        {
            var found = ReadAll(log, partition);
            found.ShouldAllBe(@event => log.PartitionOf(@event.OrderId) == partition && @event.OrderId.StableHash() % 5 == partition);
            found.Count.ShouldBeGreaterThan(0);
            total += found.Count;
        }

        total.ShouldBe(7000);
    }

    [Fact]
    public void The_number_of_partitions_is_fixed_when_the_log_is_made_and_the_difference_is_told()
    {
        EventLog.Open(fixture.Directory, new EventLogOptions { Partitions = 3 }).Dispose();
        using var log = EventLog.Open(fixture.Directory, new EventLogOptions { Partitions = 8 });
        log.PartitionCount.ShouldBe(3);
        log.Recovery.Notes.ShouldHaveSingleItem().ShouldContain("3 partitions");
    }

    [Fact]
    public void A_reader_at_the_end_goes_on_when_there_is_more()
    {
        using var log = EventLog.Open(fixture.Directory, OnePartition with { SegmentBytes = 4096 });
        using var reader = log.Read(0, 0);
        for (int i = 0; i < 20; i++)
        {
            ReadOn(reader).ShouldBeEmpty();
            log.Append(Events(i * 50, 50));
            ReadOn(reader).ShouldBe(Events(i * 50, 50));
            reader.Offset.ShouldBe((i + 1) * 50);
        }
    }

    [Fact]
    public void A_reader_of_another_process_sees_what_is_appended_after_it_opened()
    {
        using var log = EventLog.Open(fixture.Directory, OnePartition with { SegmentBytes = 4096 });
        using var other = EventLog.OpenForReading(fixture.Directory);
        using var reader = other.Read(0, 0);
        for (int i = 0; i < 20; i++)
        {
            ReadOn(reader).ShouldBeEmpty();
            log.Append(Events(i * 50, 50));
            ReadOn(reader).ShouldBe(Events(i * 50, 50));
            other.EndOffset(0).ShouldBe((i + 1) * 50);
            other.LastEventAt(0).ShouldBe(log.LastEventAt(0));
        }

        other.Stats().Partitions.ShouldBe(log.Stats().Partitions);
        Should.Throw<InvalidOperationException>(() => other.Append(Events(0, 1)));
    }

    [Fact]
    public void A_reader_of_another_process_never_sees_part_of_a_record()
    {
        using (var log = EventLog.Open(fixture.Directory, OnePartition))
            log.Append(Events(0, 10));
        byte[] whole = File.ReadAllBytes(fixture.Segments()[0]);
        using var other = EventLog.OpenForReading(fixture.Directory);
        using var reader = other.Read(0, 10);
        byte[] record = new byte[RecordFormat.MaxLength];
        var next = Event(10);
        int length = RecordFormat.Write(record, next);
        for (int written = 1; written < length; written++)
        {
            File.WriteAllBytes(fixture.Segments()[0], [.. whole, .. record.AsSpan(0, written)]);
            ReadOn(reader).ShouldBeEmpty();
            other.EndOffset(0).ShouldBe(10);
        }

        File.WriteAllBytes(fixture.Segments()[0], [.. whole, .. record.AsSpan(0, length)]);
        ReadOn(reader).ShouldBe([next]);
    }

    [Fact]
    public void A_second_writer_is_refused_and_told_who_has_the_log()
    {
        var log = EventLog.Open(fixture.Directory, OnePartition);
        var refusal = Should.Throw<LogBusyException>(() => EventLog.Open(fixture.Directory, OnePartition));
        refusal.Message.ShouldContain(fixture.Directory);
        refusal.ProcessId.ShouldBe(Environment.ProcessId);
        EventLog.WriterOf(fixture.Directory).ShouldBe(Environment.ProcessId);
        log.Dispose();
        EventLog.WriterOf(fixture.Directory).ShouldBeNull();
        EventLog.Open(fixture.Directory, OnePartition).Dispose();
    }

    [Fact]
    public void Reading_where_there_is_no_log_names_the_directory() =>
        Should.Throw<DirectoryNotFoundException>(() => EventLog.OpenForReading(fixture.Directory)).Message.ShouldContain(fixture.Directory);

    [Fact]
    public void An_event_that_cannot_be_stored_is_refused_and_the_log_goes_on()
    {
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append(Events(0, 3));
        Should.Throw<ArgumentException>(() => log.Append([Event(3), Event(4) with { Type = (EventType)9 }])).Message.ShouldContain("9 is not an event type");
        Should.Throw<ArgumentException>(() => log.Append([Event(3) with { PayloadExtras = new string('x', 70_000) }])).Message.ShouldContain("too long");
        log.Append(Events(3, 2));
        ReadAll(log, 0).ShouldBe(Events(0, 5));
    }

    [Fact]
    public void The_longest_ids_and_payloads_fit()
    {
        var @event = Event(0) with { OrderId = OrderId.Parse(new string('é', 100)), PayloadExtras = "{\"a\":\"" + new string('x', EventJson.MaxPayloadExtrasLength - 8) + "\"}" };
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append([.. Enumerable.Repeat(@event, 40)]);
        ReadAll(log, 0).ShouldBe(Enumerable.Repeat(@event, 40));
    }

    [Fact]
    public void Stats_count_events_bytes_and_segments_and_give_the_range_of_event_time()
    {
        using var log = EventLog.Open(fixture.Directory, new EventLogOptions { Partitions = 2, SegmentBytes = 4096 });
        log.Stats().LastEventAt.ShouldBeNull();
        log.Append(Events(0, 1000));
        var stats = log.Stats();
        stats.Events.ShouldBe(1000);
        stats.FirstEventAt.ShouldBe(Event(0).EventAt);
        stats.LastEventAt.ShouldBe(Event(999).EventAt);
        stats.Bytes.ShouldBe(fixture.Segments(0).Concat(fixture.Segments(1)).Sum(static path => new FileInfo(path).Length));
        stats.Partitions[1].Segments.ShouldBe(fixture.Segments(1).Length);
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_every_event_once_and_in_order()
    {
        const int Count = 200_000;
        using var log = EventLog.Open(fixture.Directory, OnePartition with { SegmentBytes = 100_000 });
        var readers = Enumerable.Range(0, 3).Select(number => Task.Run(() =>
        {
            using var other = number == 2 ? EventLog.OpenForReading(fixture.Directory) : null;
            using var reader = (other ?? log).Read(0, 0);
            var buffer = new FulfillmentEvent[500];
            int next = 0;
            while (next < Count && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                int count = reader.Read(buffer);
                for (int i = 0; i < count; i++)
                    buffer[i].EventAt.ShouldBe(new EventTime(FirstTime + next++));
            }

            return next;
        })).ToList();
        for (int i = 0; i < Count; i += 100)
            log.Append(Events(i, 100));
        (await Task.WhenAll(readers)).ShouldBe([Count, Count, Count]);
    }

    [Theory]
    [InlineData(LogDurability.OnFlush)]
    [InlineData(LogDurability.EveryAppend)]
    public void What_was_flushed_is_known_to_be_missing_when_it_is(LogDurability durability)
    {
        using (var log = EventLog.Open(fixture.Directory, OnePartition with { Durability = durability }))
        {
            log.Append(Events(0, 10));
            if (durability == LogDurability.OnFlush)
                log.Flush();
            Flushed().ShouldBe([10L]);
        }

        File.Delete(fixture.Segments()[0]);
        Should.Throw<LogDamagedException>(() => EventLog.Open(fixture.Directory, OnePartition)).Missing.ShouldBe(10);
    }

    [Fact]
    public async Task Appends_and_flushes_from_many_threads_lose_nothing()
    {
        using var log = EventLog.Open(fixture.Directory, new EventLogOptions { Partitions = 3, SegmentBytes = 8192 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                log.Append(Events((worker * 1000) + (i * 20), 20));
                log.Flush();
            }
        })));
        ReadAll(log).Select(static @event => @event.Id).Order()
            .ShouldBe(Enumerable.Range(0, 8).SelectMany(static worker => Events(worker * 1000, 1000)).Select(static @event => @event.Id).Order());
        Flushed().ShouldBe([log.EndOffset(0), log.EndOffset(1), log.EndOffset(2)]);
    }

    private IEnumerable<long> Flushed() => LogEnds.TryLoad(fixture.Directory, null, [])!.Ends.Select(static end => end.Offset);
}
