using Eip.Domain;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class DeduplicationTests : IDisposable
{
    private static readonly EventLogOptions Exact = new() { Partitions = 3, Deduplicate = true };
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void An_event_that_the_log_knows_is_left_out_also_after_it_was_opened_again()
    {
        using (var log = EventLog.Open(fixture.Directory, Exact))
        {
            log.Append([.. Events(0, 1000), .. Events(0, 500)]).ShouldBe(new AppendResult(1000, 500));
            log.Append(Events(900, 200)).ShouldBe(new AppendResult(100, 100));
        }

        using var reopened = EventLog.Open(fixture.Directory, Exact);
        reopened.Append(Events(0, 1200)).ShouldBe(new AppendResult(100, 1100));
        ReadAll(reopened).Select(static @event => @event.Id).Order().ShouldBe(Events(0, 1200).Select(static @event => @event.Id).Order());
    }

    [Fact]
    public void Identity_is_order_type_and_time()
    {
        var @event = Event(0);
        using var log = EventLog.Open(fixture.Directory, Exact);
        log.Append([@event]);
        log.Append([
            @event with { EventAt = @event.EventAt + 1 },
            @event with { Type = EventType.OrderApproved },
            @event with { OrderId = OrderId.Parse("another") },
            @event with { OrderId = OrderId.FromHex(1) },
            @event with { EventAt = EventTime.MinValue }]).ShouldBe(new AppendResult(5, 0));
    }

    [Fact]
    public void An_event_that_is_known_with_other_contents_is_kept_once_as_a_correction_also_after_the_log_was_opened_again()
    {
        var @event = Event(0) with { SellerRegion = Region.Unknown, EstimatedDeliveryAt = null, PayloadExtras = null };
        FulfillmentEvent[] others =
        [
            @event with { SellerRegion = Region.Parse("AM") },
            @event with { CustomerRegion = Region.Parse("AM") },
            @event with { EstimatedDeliveryAt = new EventTime(FirstTime) },
            @event with { PayloadExtras = "{}" },
            @event with { SellerRegion = Region.Parse("AM"), PayloadExtras = """{"a":1}""" },
        ];
        using (var log = EventLog.Open(fixture.Directory, Exact))
        {
            log.Append([@event, @event]).ShouldBe(new AppendResult(1, 1));
            log.Append([.. others, @event, others[0]]).ShouldBe(new AppendResult(5, 2, 5));
        }

        using var reopened = EventLog.Open(fixture.Directory, Exact);
        reopened.Append([@event, .. others]).ShouldBe(new AppendResult(0, 6));
        reopened.Append([@event with { CustomerRegion = Region.Parse("BA") }]).ShouldBe(new AppendResult(1, 0, 1));
    }

    [Fact]
    public void Events_that_would_hash_alike_without_a_key_cost_no_more_memory_than_others()
    {
        // Order ids for which the earlier hash, linear before its last mix, is one and the same.
        var known = new IdentitySet();
        for (uint i = 1; i <= 5_000; i++)
        {
            ulong tag = ((ulong)FirstTime << 8) | 2, high = 12_345 ^ (i * 0x9E37_79B9_7F4A_7C15) ^ (tag * 0xD6E8_FEB8_6659_FD93);
            known.Add(Event(0) with { OrderId = OrderId.FromHex(new UInt128(high, i)), EventAt = new EventTime(FirstTime) }).ShouldBe(Known.Nothing);
        }

        known.DirectoryLength.ShouldBeLessThan(100);
    }

    [Fact]
    public void Identities_that_share_their_first_bits_are_told_apart_in_memory_that_follows_their_number()
    {
        const int Count = 20_000;
        var known = new IdentitySet();
        foreach (var expected in new[] { Known.Nothing, Known.Everything })
        {
            for (uint i = 0; i < Count; i++)
                known.Add(new UInt128(0xABCD, (ulong)i << 1), i).ShouldBe(expected);
        }

        known.Add(new UInt128(0xABCD, 0), 1).ShouldBe(Known.OtherContents);
        known.DirectoryLength.ShouldBeLessThan(Count / 10);
    }

    [Fact]
    public void All_255_numbers_of_event_types_are_told_apart()
    {
        var known = new IdentitySet();
        for (int type = 1; type <= 255; type++)
            known.Add(Event(0) with { Type = (EventType)type }).ShouldBe(Known.Nothing);
    }

    [Fact]
    public void The_order_and_the_number_of_words_matter_to_the_hash()
    {
        var seen = new HashSet<UInt128>();
        foreach (ulong[] words in new ulong[][] { [], [0], [0, 0], [1], [1, 0], [0, 1], [1UL << 63] })
        {
            var hash = KeyedHash.Begin();
            foreach (ulong word in words)
                hash.Add(word);
            seen.Add(hash.Finish()).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_log_that_does_not_look_takes_an_event_again()
    {
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append([Event(0), Event(0)]).ShouldBe(new AppendResult(2, 0));
    }

    [Fact]
    public void A_great_many_identities_are_told_apart()
    {
        var known = new IdentitySet();
        for (int i = 0; i < 300_000; i++)
            known.Add(Event(i)).ShouldBe(Known.Nothing);
        for (int i = 0; i < 300_000; i++)
            known.Add(Event(i)).ShouldBe(Known.Everything);
    }
}
