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
    public void Identity_is_order_type_and_time_and_nothing_else()
    {
        var @event = Event(0);
        using var log = EventLog.Open(fixture.Directory, Exact);
        log.Append([@event]);
        log.Append([@event with { SellerRegion = Region.Parse("AM"), PayloadExtras = "{}" }]).ShouldBe(new AppendResult(0, 1));
        log.Append([
            @event with { EventAt = @event.EventAt + 1 },
            @event with { Type = EventType.OrderApproved },
            @event with { OrderId = OrderId.Parse("another") },
            @event with { OrderId = OrderId.FromHex(1) },
            @event with { EventAt = EventTime.MinValue }]).ShouldBe(new AppendResult(5, 0));
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
            known.Add(Event(i)).ShouldBeTrue();
        for (int i = 0; i < 300_000; i++)
            known.Add(Event(i)).ShouldBeFalse();
    }
}
