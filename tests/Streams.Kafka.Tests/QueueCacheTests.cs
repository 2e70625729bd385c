using Eip.Domain;
using Eip.Streams.Kafka.Provider;
using FsCheck;
using FsCheck.Fluent;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Tests;

public sealed class QueueCacheTests
{
    private static readonly StreamId Stream = KafkaStreams.StreamOf("events", 0);

    [Fact]
    public void A_batch_leaves_when_the_next_one_is_asked_for_not_when_it_is_handed_out()
    {
        var cache = Cache(2);
        var cursor = Open(cache);
        cursor.MoveNext().ShouldBeTrue();
        Offset(cursor.GetCurrent(out _)).ShouldBe(0);
        cache.TryPurgeFromCache(out _).ShouldBeFalse();
        cursor.MoveNext().ShouldBeTrue();
        cache.TryPurgeFromCache(out var purged).ShouldBeTrue();
        purged.Select(Offset).ShouldBe([0L]);
    }

    [Fact]
    public void A_batch_that_failed_stays_where_it_is()
    {
        var cache = Cache(2);
        var cursor = Open(cache);
        cursor.MoveNext();
        cursor.GetCurrent(out _);
        cursor.RecordDeliveryFailure();
        cursor.MoveNext().ShouldBeTrue();
        Offset(cursor.GetCurrent(out _)).ShouldBe(0);
        cache.TryPurgeFromCache(out _).ShouldBeFalse();
    }

    [Fact]
    public void A_cursor_that_is_moved_on_without_having_handed_out_passes_nothing()
    {
        var cache = Cache(2);
        var cursor = Open(cache);
        for (int i = 0; i < 5; i++)
            cursor.MoveNext().ShouldBeTrue();
        Offset(cursor.GetCurrent(out _)).ShouldBe(0);
    }

    [Fact]
    public void A_cursor_that_asks_for_a_later_token_begins_at_the_oldest_batch_that_nobody_passed()
    {
        var cache = Cache(2);
        var cursor = Open(cache, new Orleans.Providers.Streams.Common.EventSequenceTokenV2(19));
        cursor.MoveNext().ShouldBeTrue();
        Offset(cursor.GetCurrent(out _)).ShouldBe(0);
    }

    [Fact]
    public void Nothing_leaves_while_nobody_subscribes()
    {
        var cache = Cache(2);
        cache.GetCacheCursor(Stream, null).Dispose();
        cache.TryPurgeFromCache(out _).ShouldBeFalse();
        cache.HasRoom.ShouldBeFalse();
        cache.HasCursor.ShouldBeFalse();
    }

    [Fact]
    public async Task Pressure_is_reported_once_for_each_wait_in_vain_and_more_can_always_be_asked_for()
    {
        var cache = Cache(2);
        cache.IsUnderPressure().ShouldBeFalse();
        (await cache.WaitForRoomAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None)).ShouldBeFalse();
        cache.IsUnderPressure().ShouldBeTrue();
        cache.IsUnderPressure().ShouldBeFalse();
        cache.GetMaxAddCount().ShouldBePositive();
    }

    [Fact]
    public async Task A_wait_for_room_ends_when_a_batch_is_passed()
    {
        var cache = Cache(2);
        var cursor = Open(cache);
        var waiting = cache.WaitForRoomAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        cursor.MoveNext();
        cursor.GetCurrent(out _);
        cursor.MoveNext();
        (await waiting).ShouldBeTrue();
    }

    // Whatever an agent does with its cursors, what leaves is contiguous and was handed to every subscriber that was there all the time.
    [Fact]
    public void What_leaves_is_contiguous_and_was_delivered() => Prop.ForAll(
        Gen.Choose(0, 99).ListOf(200).ToArbitrary(),
        static steps =>
        {
            var cache = new KafkaQueueCache(3, TimeProvider.System);
            var subscribers = new List<(KafkaQueueCursor Cursor, HashSet<long> Delivered)> { (Open(cache), []) };
            long added = 0, left = 0;
            foreach (int step in steps)
            {
                var (cursor, delivered) = subscribers[step % subscribers.Count];
                switch (step % 10)
                {
                    case 0 or 1 when cache.HasRoom:
                        cache.AddToCache([Batch(added++)]);
                        break;
                    case 2 when subscribers.Count < 3:
                        subscribers.Add((Open(cache), [.. Enumerable.Range(0, (int)added).Select(static n => (long)n)]));
                        break;
                    case 3 when subscribers.Count > 1 && step > 50:
                        subscribers[^1].Cursor.Dispose();
                        subscribers.RemoveAt(subscribers.Count - 1);
                        break;
                    case 4:
                        cursor.RecordDeliveryFailure();
                        break;
                    case 5:
                        cursor.MoveNext();
                        break;
                    default:
                        if (cursor.MoveNext())
                            delivered.Add(Offset(cursor.GetCurrent(out _)));
                        break;
                }

                if (!cache.TryPurgeFromCache(out var purged))
                    continue;
                foreach (var batch in purged)
                {
                    if (Offset(batch) != left || !subscribers[0].Delivered.Contains(left))
                        return false;
                    left++;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static KafkaQueueCursor Open(KafkaQueueCache cache, StreamSequenceToken? token = null) => (KafkaQueueCursor)cache.GetCacheCursor(Stream, token);

    private static KafkaQueueCache Cache(int batches)
    {
        var cache = new KafkaQueueCache(2, TimeProvider.System);
        for (int i = 0; i < batches; i++)
            cache.AddToCache([Batch(i)]);
        return cache;
    }

    private static KafkaBatchContainer Batch(long offset) =>
        new(new FulfillmentEventBatch("events", 0, offset, offset, Array.Empty<FulfillmentEvent>(), DateTimeOffset.UnixEpoch, SiloAddress.Zero), null);

    private static long Offset(IBatchContainer? batch) => ((KafkaBatchContainer)batch!).Batch.LastOffset;
}
