using static Eip.Domain.Tests.Sample;

namespace Eip.Domain.Tests;

public sealed class ProjectionDigestTests
{
    private static readonly OrderId First = OrderId.Parse("a"), Second = OrderId.Parse("b");

    [Fact]
    public void The_digest_of_known_projections_never_changes() =>
        Digest(Case(LateDelivery(First)), Case(LateDelivery(Second))).All
            .ShouldBe("a5852b5a686dfed061d091d37c4c252ee4d0c540bcfbfcd2f947d58ff8469a58");

    [Fact]
    public void A_difference_shows_in_its_section_and_in_the_whole()
    {
        var plain = Digest(Case(LateDelivery(First)));
        var shifted = LateDelivery(First);
        shifted[2] = shifted[2] with { EventAt = shifted[2].EventAt + 60 };
        var other = Digest(Case(shifted));
        other.All.ShouldNotBe(plain.All);
        other.Cards.ShouldNotBe(plain.Cards);
        other.Timelines.ShouldNotBe(plain.Timelines);
        other.RouteStats.ShouldBe(plain.RouteStats);
    }

    [Fact]
    public void Orders_out_of_order_are_refused() =>
        Should.Throw<InvalidOperationException>(() => Digest(Case(LateDelivery(Second)), Case(LateDelivery(First))));

    [Fact]
    public void An_order_id_with_a_comma_or_a_quote_is_quoted()
    {
        var rows = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalCsv.Write(rows, Case(Event(EventType.OrderPlaced, "2018-03-01T10:00:00Z", order: OrderId.Parse("17, \"express\""))).ToCard());
        System.Text.Encoding.UTF8.GetString(rows.WrittenSpan).ShouldStartWith("\"17, \"\"express\"\"\",PLACED,2018-03-01T10:00:00Z,,");
    }

    private static SectionDigests Digest(params FulfillmentCase[] cases)
    {
        using var digest = new ProjectionDigest();
        var network = new NetworkLedger();
        foreach (var folded in cases)
        {
            digest.Add(folded.ToCard(), folded.ToTimeline());
            network.Replace(null, folded.Contribution());
        }

        foreach (var row in network.ToRouteStats())
            digest.Add(row);
        return digest.FinishSections();
    }
}
