using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Domain.Tests;

public sealed class EventJsonTests
{
    private const string Example = """
        {"eventId":"77616c52c577f0d708836c6fabf656fc","eventType":"ORDER_PLACED","eventAt":"2016-09-04T21:15:19Z","orderId":"2e7a8482f6fb09756ca50c10d7bfc047","source":"OMS","sellerRegion":"MG","customerRegion":"RR","payload":{"estimatedDeliveryAt":"2016-10-20T00:00:00Z"}}
        """;

    [Fact]
    public void The_contract_example_is_read_and_written_to_the_byte()
    {
        Read(Example, out var @event).ShouldBeNull();
        @event.SellerRegion.Text.ShouldBe("MG");
        @event.EstimatedDeliveryAt.ShouldBe(EventTime.Parse("2016-10-20T00:00:00Z"));
        EventJson.ToJson(@event).ShouldBe(Example);
    }

    [Fact]
    public void Every_event_survives_the_round_trip() => Prop.ForAll(
        Histories.Of(OrderId.Parse("order \"17\", ä\\")).ToArbitrary(),
        history => history.All(@event => Read(EventJson.ToJson(@event), out var read) is null && read == @event)).QuickCheckThrowOnFailure();

    [Fact]
    public void Unknown_fields_are_ignored_and_unknown_payload_fields_are_kept()
    {
        Read(With("warehouse", "W1"), out var plain).ShouldBeNull();
        plain.PayloadExtras.ShouldBeNull();
        var document = JsonNode.Parse(Example)!;
        document["payload"]!["reason"] = "x";
        document["payload"]!["attempt"] = 3;
        Read(document.ToJsonString(), out var rich).ShouldBeNull();
        rich.PayloadExtras.ShouldBe("""{"attempt":3,"reason":"x"}""");
        EventJson.ToJson(rich).ShouldEndWith("""{"estimatedDeliveryAt":"2016-10-20T00:00:00Z","attempt":3,"reason":"x"}}""");
    }

    [Theory]
    [InlineData("LATE_DETECTED")]
    [InlineData("DELIVERY_DELAYED")]
    public void The_alias_of_delivery_delayed_is_read_and_never_written(string hashedName)
    {
        var order = OrderId.Parse("2e7a8482f6fb09756ca50c10d7bfc047");
        var at = EventTime.Parse("2016-10-20T00:00:00Z");
        var document = JsonNode.Parse(Example)!;
        document["eventType"] = "LATE_DETECTED";
        document["eventAt"] = at.ToString();
        document["source"] = "TMS";
        document["eventId"] = EventId.Of(order, hashedName, at).ToString();
        Read(document.ToJsonString(), out var @event).ShouldBeNull();
        @event.Type.ShouldBe(EventType.DeliveryDelayed);
        @event.Id.ShouldBe(EventId.Of(order, EventType.DeliveryDelayed, at));
        EventJson.ToJson(@event).ShouldNotContain("LATE_DETECTED");
    }

    [Theory]
    [InlineData("eventId", "00000000000000000000000000000000", "eventId")]
    [InlineData("eventId", null, "eventId")]
    [InlineData("eventType", "SHIPPED", "eventType")]
    [InlineData("eventType", null, "eventType")]
    [InlineData("eventAt", "2016-09-04 21:15:19", "eventAt")]
    [InlineData("orderId", "", "orderId")]
    [InlineData("source", "TMS", "source")]
    [InlineData("sellerRegion", "Minas", "sellerRegion")]
    [InlineData("customerRegion", "rr", "customerRegion")]
    public void A_bad_field_is_named(string field, string? value, string named) => Read(With(field, value), out _)!.Field.ShouldBe(named);

    [Theory]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("{\"eventAt\":", "eventAt")]
    [InlineData("{\"eventAt\":5}", "eventAt")]
    [InlineData("{\"payload\":{\"estimatedDeliveryAt\":5}}", "payload.estimatedDeliveryAt")]
    public void Text_that_is_no_event_is_refused_with_a_reason(string text, string? field)
    {
        var error = Read(text, out _)!;
        error.Field.ShouldBe(field);
        error.Reason.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_promise_that_is_no_time_is_named()
    {
        var document = JsonNode.Parse(Example)!;
        document["payload"]!["estimatedDeliveryAt"] = "soon";
        Read(document.ToJsonString(), out _)!.Field.ShouldBe("payload.estimatedDeliveryAt");
    }

    [Fact]
    public void A_payload_beyond_its_bound_is_refused()
    {
        var document = JsonNode.Parse(Example)!;
        document["payload"]!["note"] = new string('x', EventJson.MaxPayloadExtrasLength);
        Read(document.ToJsonString(), out _)!.Field.ShouldBe("payload");
    }

    private static string With(string field, string? value)
    {
        var document = JsonNode.Parse(Example)!;
        document[field] = value;
        return document.ToJsonString();
    }

    private static EventError? Read(string json, out FulfillmentEvent @event)
    {
        EventJson.TryRead(Encoding.UTF8.GetBytes(json), out @event, out var error);
        return error;
    }
}
